import { readIfExists } from '../disk/sync-read.ts';
import { CcMirrorError } from '../errors.ts';
import type { RulesConfig } from '../rules/config.ts';
import { type OwnedValues, isObject, missingItems, parseObject } from '../config/merge.ts';
import { hookEvents } from '../rules/events.ts';
import { identityOf } from '../rules/identity.ts';
import { shQuote } from '../launcher/quote.ts';
import { rulesProgram, rulesScript } from './layout.ts';
import type { PackRecord } from './record.ts';

/** Hooks as in settings.json: event → list of matchers with the commands to run. */
export type HookEntries = Record<
  string,
  { matcher: string; hooks: { type: 'command'; command: string; timeout: number }[] }[]
>;

/** In seconds; a run takes a twentieth of a second. */
const timeout = 10;

/** The configuration of the rules' program, without the tool that starts workers: a run shows that. */
export type Rules = Omit<RulesConfig, 'tool'>;

/** The rules that packs ask for; null if none. */
export function rulesOf(packs: readonly PackRecord[], claudeVersion: string): Rules | null {
  const rules: RulesConfig['rules'] = {};
  for (const { hooks, skills, agents } of packs) {
    for (const name of hooks) {
      const before = rules[name] ?? { skills: [], agents: [] };
      rules[name] = {
        skills: [...before.skills, ...skills],
        agents: [...before.agents, ...agents],
      };
    }
  }
  if (Object.keys(rules).length === 0) return null;
  return { rules, identity: identityOf(claudeVersion) };
}

/**
 * The hooks that call the rules' program in `folder`. Claude Code passes a command to a POSIX
 * shell, on Windows to Git's, which takes paths with slashes and may not find `sh` on PATH.
 */
export function hookEntries(
  rules: Pick<RulesConfig, 'rules'> | null,
  { folder, platform }: { folder: string; platform: NodeJS.Platform },
): HookEntries {
  if (rules === null) return {};
  const path = `${folder}/${rulesScript}`;
  const script = shQuote(platform === 'win32' ? path.replaceAll('\\', '/') : path);
  // A shell that cannot open a script exits with status 2, which would block every call.
  const command = `[ -r ${script} ] && ${platform === 'win32' ? '.' : 'exec /bin/sh'} ${script}`;
  return Object.fromEntries(
    hookEvents(rules.rules).map(({ event, matcher }) => [
      event,
      [{ matcher, hooks: [{ type: 'command', command, timeout }] }],
    ]),
  );
}

/**
 * The hooks of a settings.json that call the rules' program in `folder`, by key path: they are ours
 * even if the variant's record is lost. Error: `invalid-record`.
 */
export function hooksCalling(folder: string, settings: string | null, path: string): OwnedValues {
  const { hooks } = settings === null ? {} : parseObject(settings, path);
  const programs = [rulesProgram, rulesScript].map((name) =>
    JSON.stringify(`${folder.replaceAll('\\', '/')}/${name}`).slice(1, -1),
  );
  const lists = Object.entries(isObject(hooks) ? hooks : {}).map(([event, list]) => {
    const items = Array.isArray(list) ? list : [];
    const ours = items.filter((item) =>
      programs.some((program) => JSON.stringify(item).includes(program)),
    );
    return [`hooks.${event}`, ours] as const;
  });
  return Object.fromEntries(lists.filter(([, ours]) => ours.length > 0));
}

/** Notes for the user if the settings lack hooks that the rules need. */
export function hooksMissing(settings: string, wanted: OwnedValues): string[] {
  const events = missingItems(settings, wanted)
    .filter((keyPath) => keyPath.startsWith('hooks.'))
    .map((keyPath) => keyPath.slice('hooks.'.length));
  if (events.length === 0) return [];
  return [
    `the rules are not in force at ${events.join(', ')}: settings.json has other hooks there`,
  ];
}

/**
 * Whether a settings file turns off all hooks, and so all rules (2.0.77 to 2.1.332). Builds ignore a
 * file that is not a JSON object.
 */
export function hooksOff(path: string): boolean {
  try {
    return parseObject(readIfExists(path) ?? '{}', path)['disableAllHooks'] === true;
  } catch (thrown) {
    if (thrown instanceof CcMirrorError) return false;
    throw thrown;
  }
}
