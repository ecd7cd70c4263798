import { modelVariable, tiers } from '../../provider/models.ts';
import type { Choices } from '../../variant/record.ts';
import { type ChoicesAsked, givenOptions, modelOption } from './merge-choices.ts';

/**
 * What was asked of a variant and makes no difference, in words: an option that has that value already,
 * or one to take back that was not given. `was` and `now`: the choices before and after; `launched`:
 * the variables that its launcher sets, `wanted`: those that it will set for the provider; `kept`: those of
 * the shell that it does not clear.
 */
export function idleOptions(
  asked: ChoicesAsked,
  was: Choices,
  now: Choices,
  {
    launched,
    wanted,
    kept,
  }: {
    launched: Readonly<Record<string, string>>;
    wanted: Readonly<Record<string, string>>;
    kept: readonly string[];
  },
): string[] {
  const given = givenOptions(asked).flatMap((option) => {
    if (demands.has(option)) return [];
    const shown = option.startsWith('env:') ? `--env ${option.slice(4)}` : `--${option}`;
    if (same(chosen(was, option), chosen(now, option))) {
      return [`${shown} makes no difference: it is so already`];
    }
    const variable = variableOf(option);
    const value = variable === null ? undefined : wanted[variable];
    return variable !== null && value !== undefined && launched[variable] === value
      ? [
          `${shown}: the variant has this value already; from now on it stays when the preset changes`,
        ]
      : [];
  });
  const unset = (asked.unsetEnv ?? []).flatMap((name) =>
    name in launched || name in wanted || name in was.env
      ? []
      : [`--unset-env ${name} makes no difference: the launcher does not set it`],
  );
  const idle = (name: string): boolean =>
    name === 'keep-env' ? kept.length === 0 : same(chosen(was, name), chosen(now, name));
  const back = (asked.defaults ?? [])
    .filter(idle)
    .map((name) => `--default ${name} makes no difference: the option was not given`);
  return [...given, ...unset, ...back];
}

/** These ask for more than a choice: for tools that must be there, for a look at what is newest. */
const demands: ReadonlySet<string> = new Set(['tasks', 'teams', 'claude-version']);

const ofModels = new Map<string, 'default' | (typeof tiers)[number]>(
  (['default', ...tiers] as const).map((kind) => [modelOption(kind), kind]),
);

function same(one: unknown, other: unknown): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}

/** What the choices have for an option. */
function chosen(choices: Choices, option: string): unknown {
  const kind = ofModels.get(option);
  if (kind !== undefined) {
    const variable = modelVariable[kind];
    return [choices.models[kind], ...variableChoice(choices, variable)];
  }
  if (option.startsWith('env:')) return variableChoice(choices, option.slice(4));
  if (option === 'env') return [choices.env, choices.withoutEnv];
  if (option === 'base-url') return choices.baseUrl;
  if (option === 'claude-version') return choices.source;
  return Object.entries(choices).find(([name]) => name === option)?.[1];
}

function variableChoice({ env, withoutEnv }: Choices, name: string): unknown[] {
  return [env[name], withoutEnv.includes(name)];
}

/** The variable that an option sets; null where it is none or several. */
function variableOf(option: string): string | null {
  if (option === 'base-url') return 'ANTHROPIC_BASE_URL';
  const kind = ofModels.get(option);
  if (kind !== undefined) return modelVariable[kind];
  return option.startsWith('env:') ? option.slice(4) : null;
}
