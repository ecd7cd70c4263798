import { dirname } from 'node:path';
import type { BundleSource } from '../bundle/bundle-source.ts';
import { missingFolders } from '../disk/folders.ts';
import { CcMirrorError } from '../errors.ts';
import { capabilityNames } from '../gates/types.ts';
import { givenBaseUrl } from '../provider/base-url.ts';
import { findPreset } from '../provider/catalogue.ts';
import type { Preset } from '../provider/preset.ts';
import { agedChoices } from '../provider/preset/former.ts';
import { placeForKey } from '../provider/preset/key-owner.ts';
import { type ResolvedProvider, resolveProvider } from '../provider/resolve-provider.ts';
import { isVariableName } from '../provider/variables.ts';
import { checkCommandFree } from '../variant/launcher-file.ts';
import { earlierLists } from './earlier-lists.ts';
import { type HeadersGiven, planHeaders } from './choose-headers.ts';
import { requireHeaders, withoutHeaderVariable } from '../plan/headers-plan.ts';
import { handEdits } from '../variant/hand-edits.ts';
import { type KeyGiven, planKey } from './choose-key.ts';
import { type Layout, type VariantLayout, variantLayout } from '../variant/layout.ts';
import { isLoggedIn } from './login-state.ts';
import { checkName } from '../variant/name.ts';
import type { Packs } from '../plan/packs.ts';
import { loadPacks } from './load-packs.ts';
import { type Adopted, type PlanInput, requireKey } from '../plan/plan.ts';
import { type Choices, type VariantRecord, defaultChoices } from '../variant/record.ts';
import { Definitions } from '../home/sources.ts';
import type { Context } from '../home/context.ts';

/** What the user asked for; what is left out keeps its value or gets its default. */
export interface Wish extends KeyGiven, HeadersGiven {
  name: string;
  /** A preset's id or alias; required for a new variant. */
  provider?: string | undefined;
  source?: BundleSource | undefined;
  region?: string | undefined;
  plan?: string | undefined;
  baseUrl?: string | undefined;
  auth?: Choices['auth'];
  models?: Choices['models'];
  env?: Record<string, string>;
  keepEnv?: string[] | undefined;
  tasks?: boolean | undefined;
  teams?: boolean | undefined;
  flip?: Choices['flip'] | undefined;
  /** Packs, each by the id of a shipped one or by folder. */
  skills?: string[] | undefined;
  rules?: boolean | undefined;
  /** Keep the variant's Claude Code, if the store still has it. */
  keepVersion?: boolean;
  /** Restore the recorded state: what `rollback` leads to stays, and a replaced bundle is deleted. */
  repair?: boolean;
  prove: boolean;
  force: boolean;
}

/** Works out, and checks, everything about the wanted variant that does not depend on the bundle. */
export async function understandWish(
  wish: Wish,
  current: VariantRecord | null,
  { layout, environment, progress }: Context,
  adopted: Adopted | null = null,
  definitions = new Definitions(),
): Promise<Omit<PlanInput, 'pristine' | 'notes' | 'examination' | 'node' | 'platform' | 'now'>> {
  const { name } = wish;
  checkName(name);
  const before = current ?? adopted;
  const places = placesOf(name, layout, before);
  const path = before ? '' : (environment['PATH'] ?? '');
  missingFolders(dirname(places.launcher));
  const theirs = adopted?.replaceable ? adopted.launcher : null;
  if (!wish.force) checkCommandFree(name, places.launcher, path, theirs);

  // With a provider the variant is recreated; without one it starts from the former choices.
  const chosen = wish.provider === undefined && current ? handEdits(current) : defaultChoices;
  const catalogue = definitions.presets(layout.providers);
  const { preset } = findPreset(catalogue, wish.provider ?? current?.provider ?? 'mirror');
  const known = adopted?.baseUrl ?? current?.choices.baseUrl;
  const typed =
    wish.baseUrl === undefined || wish.baseUrl === known
      ? null
      : givenBaseUrl(wish.baseUrl, preset);
  if (typed?.note) progress.note(typed.note);
  const asked = mergeChoices({ ...wish, ...(typed && { baseUrl: typed.url }) }, chosen);
  const { choices: merged, headers: written } = withoutHeaderVariable(asked);
  if (wish.key !== undefined) {
    const place = placeForKey(preset, merged, wish.key, catalogue);
    if (place !== null) {
      merged.plan = place.plan;
      progress.note(place.note);
    }
  }
  const provider = resolveProvider(preset, merged);
  refuseKey(provider, wish);
  for (const text of agedText(preset, merged, name)) progress.note(text);
  const keepEnv = checkedKeepEnv(wish.keepEnv ?? current?.keepEnv ?? []);
  const key = await planKey(wish, current, provider, places);
  const moves = (wish.region ?? wish.plan) !== undefined && provider.baseUrl !== current?.baseUrl;
  if (current && moves && key.record !== null && wish.key === undefined) {
    progress.note(
      `the key stays; if another region or plan of ${provider.name} has keys of its own, give one with --api-key-stdin`,
    );
  }
  if (wish.keyWithout) progress.note(`the key: taken without ${wish.keyWithout}`);
  const demanded = capabilityNames.filter((capability) => wish[capability] === true);
  requireKey(provider, key);
  const given = { ...wish, headers: [...written, ...(wish.headers ?? [])] };
  const store = key.record?.store;
  const headers = planHeaders(given, merged.headers, { store, environment, places });
  requireHeaders(provider, headers);
  const choices = { ...merged, headers: { ...headers.records } };
  const packs = await loadPacks(choices.skills, current, places.folder, definitions);
  return {
    name,
    layout: places,
    current,
    adopted: adopted && { ...adopted, skills: skillsIn(packs, adopted.skills) },
    choices,
    packs,
    demanded,
    provider,
    key,
    headers,
    keepEnv,
    earlierLists: current ? listsOf(current, places, progress) : [],
    loggedIn: isLoggedIn(places, current?.owned),
  };
}

/** The credentials of a cloud are not ours to keep. Error: `usage`. */
function refuseKey({ id, auth }: ResolvedProvider, { key, keyHelper, keyStore }: Wish): void {
  if (auth !== 'cloud' || (key ?? keyHelper ?? keyStore) === undefined) return;
  throw new CcMirrorError(
    'usage',
    `The provider ${id} takes the credentials of the cloud's own tools, and no key from cc-mirror.`,
    `Leave out --api-key-… and --key-store; see: cc-mirror providers show ${id}`,
  );
}

/** What the user chose that is no longer the preset's: it stays, and a note says so. */
function agedText(preset: Preset, choices: Choices, name: string): string[] {
  return agedChoices(preset, choices).map(
    ({ option, from, to }) =>
      `you chose ${from}, which the provider has replaced with ${to}; to follow: cc-mirror update ${name} ${option} '${to}'`,
  );
}

/** Found once, when the variant gets its first launcher with checksums in the names of task lists. */
function listsOf(
  current: VariantRecord,
  places: VariantLayout,
  progress: Context['progress'],
): string[] {
  if (current.earlierLists !== undefined) return current.earlierLists;
  const { projects, notes } = earlierLists(current.name, places);
  for (const note of notes) progress.note(note);
  return projects;
}

/** Error: `usage` for a name that no shell can assign, and for the variable that selects the variant. */
function checkedKeepEnv(names: readonly string[]): string[] {
  for (const name of names) {
    if (isVariableName(name) && name.toUpperCase() !== 'CLAUDE_CONFIG_DIR') continue;
    throw new CcMirrorError(
      'usage',
      `keepEnv: ${JSON.stringify(name)} cannot be kept from the shell.`,
      'Name a variable with letters, digits and underscores, other than CLAUDE_CONFIG_DIR, which selects the variant.',
    );
  }
  return [...new Set(names)];
}

/** A variant's launcher stays in its folder, unless the user gave another. */
function placesOf(
  name: string,
  layout: Layout,
  before: Pick<VariantRecord, 'launcher'> | null,
): VariantLayout {
  const places = variantLayout(layout, name);
  return before && !layout.binChosen ? { ...places, launcher: before.launcher } : places;
}

/** The adopted skills that packs have too, and so replace. */
function skillsIn({ present }: Packs, skills: Adopted['skills']): Adopted['skills'] {
  const names = new Set(present.flatMap((pack) => pack.skills.map(({ name }) => name)));
  return skills.filter(({ name }) => names.has(name));
}

function mergeChoices(wish: Wish, current: Choices): Choices {
  // An endpoint is chosen by its region and plan, or by its address; the later choice counts.
  const placed = wish.region !== undefined || wish.plan !== undefined;
  const moved = wish.baseUrl !== undefined;
  const baseUrl = wish.baseUrl ?? (placed ? undefined : current.baseUrl);
  const region = wish.region ?? (moved ? undefined : current.region);
  const plan = wish.plan ?? (moved ? undefined : current.plan);
  const auth = wish.auth ?? current.auth;
  const env = { ...current.env, ...wish.env };
  return {
    source: wish.source ?? current.source,
    ...(region !== undefined && { region }),
    ...(plan !== undefined && { plan }),
    ...(baseUrl !== undefined && { baseUrl }),
    ...(auth !== undefined && { auth }),
    models: { ...current.models, ...wish.models },
    env,
    headers: current.headers,
    withoutEnv: current.withoutEnv.filter((name) => !(name in env)),
    tasks: wish.tasks ?? current.tasks,
    teams: wish.teams ?? current.teams,
    flip: wish.flip ?? current.flip,
    skills: wish.skills ?? current.skills,
    rules: wish.rules ?? current.rules,
  };
}
