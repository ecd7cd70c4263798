import { isObject } from '../../config/merge.ts';
import type { CapabilityName } from '../../gates/types.ts';
import type { Offer } from '../../probe/offer.ts';
import { toolsInFull } from '../../provider/tool-search.ts';
import type { Setup } from './setup.ts';
import { type Decider, type Loss, type Hidden } from '../../plan/losses.ts';

/**
 * Finds the user's settings and variables that disable capabilities which a run should have shown, by
 * running the program again without them; no setting is known by name here. A capability that is
 * missing without all of them is left out: the cause is the program. `run` shows what a setup offers.
 */
export async function findLosses(
  wanted: readonly CapabilityName[],
  shown: Pick<Offer, 'states'>,
  setup: Setup,
  chosen: Readonly<Record<string, string>>,
  run: (setup: Setup) => Promise<Pick<Offer, 'states'>>,
): Promise<Loss[]> {
  const deciders = decidersIn(setup, chosen);
  const losses: Loss[] = [];
  for (const capability of wanted) {
    const state = shown.states[capability];
    if (state === 'on') continue;
    const by = await decisive(deciders, async (out) => {
      const { states } = await run(without(setup, out));
      return states[capability] === 'on';
    });
    if (by !== null) losses.push({ capability, state, by });
  }
  return losses;
}

/** As `findLosses`, for skills, agents and tools by name; null if no setting of the user's hides them. */
export async function findHidden(
  names: readonly string[],
  setup: Setup,
  chosen: Readonly<Record<string, string>>,
  run: (setup: Setup) => Promise<Pick<Offer, 'skills' | 'agents' | 'tools'>>,
): Promise<Hidden | null> {
  if (names.length === 0) return null;
  const by = await decisive(decidersIn(setup, chosen), async (out) => {
    const { skills, agents, tools } = await run(without(setup, out));
    const offered = new Set([...skills, ...agents, ...tools]);
    return names.every((name) => name.split('|').some((one) => offered.has(one)));
  });
  return by && { names: [...names], by };
}

/** A variable of `--env` may be what turns a capability on, so it also tries without the files alone. */
async function decisive(
  items: readonly Decider[],
  holds: (out: readonly Decider[]) => Promise<boolean>,
): Promise<Decider[] | null> {
  const inFiles = items.filter(({ place }) => place !== '--env');
  const found = await smallest(items, holds);
  return found === null && inFiles.length < items.length ? smallest(inFiles, holds) : found;
}

/**
 * The fewest items (found by dropping from the front) without which `holds` is true; null if it is
 * false without all of them. Takes about log2 of their number in calls for each one found.
 */
async function smallest<T>(
  items: readonly T[],
  holds: (out: readonly T[]) => Promise<boolean>,
): Promise<T[] | null> {
  if (items.length === 0 || !(await holds(items))) return null;
  const found: T[] = [];
  let end = items.length;
  while (end > 0 && !(found.length > 0 && (await holds(found)))) {
    let [low, high] = [1, end];
    while (low < high) {
      const middle = Math.floor((low + high) / 2);
      if (await holds([...items.slice(0, middle), ...found])) high = middle;
      else low = middle + 1;
    }
    const last = items[low - 1];
    if (last !== undefined) found.push(last);
    end = low - 1;
  }
  return found;
}

function decidersIn(
  { settings, stateEnv, project = [] }: Setup,
  chosen: Readonly<Record<string, string>>,
): Decider[] {
  return [
    ...Object.keys(chosen).map((key): Decider => ({ place: '--env', key })),
    ...(isObject(stateEnv) ? Object.keys(stateEnv) : []).map((name): Decider => ({
      place: '.claude.json',
      key: `env.${name}`,
    })),
    ...keysOf(settings).map((key): Decider => ({ place: 'settings.json', key })),
    ...project.flatMap(({ path, settings: held }) =>
      keysOf(held).map((key): Decider => ({ place: 'project', path, key })),
    ),
  ];
}

function keysOf(settings: Setup['settings']): string[] {
  return Object.entries(settings).flatMap(([key, value]) =>
    nested.has(key) && isObject(value) ? Object.keys(value).map((name) => `${key}.${name}`) : [key],
  );
}

/** Settings whose keys are tried one by one. */
const nested: ReadonlySet<string> = new Set(['env', 'permissions', 'skillOverrides']);

function without({ env, settings, stateEnv, project }: Setup, out: readonly Decider[]): Setup {
  const keysOut = (place: Decider['place'], file?: string): string[] =>
    out
      .filter((one) => one.place === place && (one.place !== 'project' || one.path === file))
      .map(({ key }) => key);
  const chosen = keysOut('--env');
  const kept = Object.entries(env).filter(([name]) => !chosen.includes(name));
  return {
    // Else the newest builds defer the tools.
    env: { ...toolsInFull, ...Object.fromEntries(kept) },
    settings: withoutKeys(settings, keysOut('settings.json')),
    stateEnv: withoutKeys({ env: stateEnv }, keysOut('.claude.json'))['env'],
    ...(project && {
      project: project.map((file) => ({
        ...file,
        settings: withoutKeys(file.settings, keysOut('project', file.path)),
      })),
    }),
  };
}

function withoutKeys(
  settings: Readonly<Record<string, unknown>>,
  out: readonly string[],
): Record<string, unknown> {
  const kept = Object.entries(settings).filter(([key]) => !out.includes(key));
  return Object.fromEntries(
    kept.map(([key, value]) => {
      if (!nested.has(key) || !isObject(value)) return [key, value];
      const inside = Object.entries(value).filter(([name]) => !out.includes(`${key}.${name}`));
      return [key, Object.fromEntries(inside)];
    }),
  );
}
