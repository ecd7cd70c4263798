import { CcMirrorError } from '../errors.ts';
import {
  type CapabilityAnalysis,
  type CapabilityName,
  type Edit,
  capabilityNames,
} from '../gates/types.ts';
import type { Offer } from '../probe/offer.ts';
import type { CapabilityState, Choices } from '../variant/record.ts';

/** How one capability will be treated in a build. */
export interface Choice extends CapabilityState {
  env: Readonly<Record<string, string>>;
  /** Variables that the launcher clears, as they would decide this, too. */
  cleared: readonly string[];
  edit: Edit | null;
}

/**
 * Parsing a module of up to this size at every launch has no measurable cost. In native builds, whose
 * edited modules lose their bytecode, the environment is preferred above it. A JavaScript bundle is
 * parsed at every launch anyway, so there a flip costs nothing.
 */
const SMALL_MODULE = 64 * 1024;

/** Chooses between environment and flip for a capability, by the rule of `--flip`. */
export function chooseCapability(
  name: CapabilityName,
  analysis: Omit<CapabilityAnalysis, 'chains'>,
  {
    kind,
    mode,
    wanted,
    chosen = {},
  }: {
    kind: 'js' | 'native';
    mode: Choices['flip'];
    wanted: boolean;
    /** The variables that the user gave the variant. */
    chosen?: Choices['env'];
  },
): Choice {
  const { verdict, reason, env, switches, flip } = analysis;
  const cleared = wanted ? switches : [];
  const leave = (state: CapabilityState['state'], why = reason): Choice => ({
    state,
    by: state === 'on' ? 'stock' : null,
    means: null,
    reason: why,
    env: {},
    cleared: state === 'on' ? cleared : [],
    edit: null,
  });
  if (verdict === 'absent') return leave('absent', `${reason}; ${whereItIs[name]}`);
  if (verdict === 'on') return leave('on');
  if (!wanted) return leave('off', `not wanted; ${reason}`);
  if (verdict === 'unknown') return leave('unknown');

  const byFlip = flip && flipChoice(flip.edit, analysis);
  const byEnv = env && envChoice(env, analysis);
  const free = kind === 'js' || (flip !== null && flip.moduleBytes <= SMALL_MODULE);
  const order = {
    always: [byFlip],
    never: [byEnv],
    auto: free ? [byFlip, byEnv] : [byEnv, byFlip],
  };
  const choice = order[mode].find((one) => one !== null);
  if (!choice) return leave('off', `--flip ${mode} leaves no way to turn it on; ${reason}`);
  const against = Object.entries(choice.env).find(
    ([key, value]) => (chosen[key] ?? value) !== value,
  );
  return against ? leave('off', `--env ${against[0]} disables its tools; ${reason}`) : choice;
}

function flipChoice(
  edit: Edit,
  { reason, switches }: Pick<CapabilityAnalysis, 'reason' | 'switches'>,
): Choice {
  const means = `one function of ${edit.module}`;
  return { state: 'on', by: 'flip', means, reason, env: {}, cleared: switches, edit };
}

function envChoice(
  env: Readonly<Record<string, string>>,
  { reason, switches }: Pick<CapabilityAnalysis, 'reason' | 'switches'>,
): Choice {
  const means = Object.entries(env)
    .map(([name, value]) => `${name}=${value}`)
    .join(' ');
  return { state: 'on', by: 'env', means, reason, env, cleared: switches, edit: null };
}

/**
 * Refuses a gate that was found but not understood, so that nobody mistakes a result without the
 * tools for one with them. A build that never had them is refused only if they are demanded. Error:
 * `capability-unavailable`; its hint names `target` for `inspect`.
 */
export function refuseMissing(
  name: CapabilityName,
  { state, reason }: Choice,
  { demanded, version, target }: { demanded: boolean; version: string; target: string },
): void {
  if (state === 'on' || (state !== 'unknown' && !demanded)) return;
  const without = demanded ? `leave out --${name}` : `go without: --no-${name}`;
  throw new CcMirrorError(
    'capability-unavailable',
    `Claude Code ${version} cannot be given ${name}: ${reason}.`,
    `See what was found: cc-mirror inspect ${target}. Choose another version, or ${without}.`,
  );
}

/** The planned capabilities that a run did not show, with the problem in words. */
export function unproved(
  planned: Readonly<Record<CapabilityName, Pick<CapabilityState, 'state' | 'by'>>>,
  { states }: Pick<Offer, 'states'>,
): { capability: CapabilityName; problem: string }[] {
  return capabilityNames
    .filter((name) => planned[name].state === 'on' && states[name] === 'off')
    .map((capability) => ({
      capability,
      problem: `${capability} should be on by ${planned[capability].by}, but the request does not show it`,
    }));
}

/** For messages only; nothing is decided by it. */
const whereItIs: Record<CapabilityName, string> = {
  tasks: 'Claude Code 2.0.59 to 2.1.2 and 2.1.16 or later have the Task tools',
  teams: 'Claude Code 2.1.16 or later has agent teams',
};
