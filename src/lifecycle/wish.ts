import { dirname } from 'node:path';
import { missingFolders } from '../disk/folders.ts';
import { CcMirrorError } from '../errors.ts';
import { capabilityNames } from '../gates/types.ts';
import { givenBaseUrl } from '../provider/base-url.ts';
import type { Catalogue } from '../provider/catalogue.ts';
import type { Preset } from '../provider/preset.ts';
import { agedChoices } from '../provider/preset/former.ts';
import { placeForKey } from '../provider/preset/key-owner.ts';
import { type ResolvedProvider, resolveProvider } from '../provider/resolve-provider.ts';
import { isVariableName } from '../provider/variables.ts';
import { checkCommandFree } from '../variant/launcher-file.ts';
import { earlierLists } from './earlier-lists.ts';
import { type HeadersGiven, planHeaders } from './choose-headers.ts';
import { idleOptions } from '../plan/choices/idle-options.ts';
import {
  type ChoicesAsked,
  choicesElsewhere,
  mergeChoices,
} from '../plan/choices/merge-choices.ts';
import { withoutHeaderVariable } from '../plan/headers-plan.ts';
import { requireHeaders } from '../provider/header.ts';
import { handEdits } from '../variant/hand-edits.ts';
import { type KeyGiven, planKey } from './choose-key.ts';
import { type Layout, type VariantLayout, variantLayout } from '../variant/layout.ts';
import { isLoggedIn } from './login-state.ts';
import { checkName } from '../variant/name.ts';
import type { Packs } from '../plan/packs.ts';
import { loadPacks } from './load-packs.ts';
import { type Adopted, type PlanInput, requireKey } from '../plan/plan.ts';
import { type Choices, type VariantRecord, defaultChoices } from '../variant/record.ts';
import { readKey } from '../variant/stored-key.ts';
import { Definitions } from '../home/sources.ts';
import type { Context } from '../home/context.ts';

/** What the user asked for; what is left out keeps its value or gets its default. */
export interface Wish extends KeyGiven, HeadersGiven, ChoicesAsked {
  name: string;
  /** A preset's id or alias; required for a new variant. */
  provider?: string | undefined;
  keepEnv?: string[] | undefined;
  /** Keep the variant's Claude Code, if the store still has it. */
  keepVersion?: boolean;
  /** Restore the recorded state: what `rollback` leads to stays, and a replaced bundle is deleted. */
  repair?: boolean;
  prove: boolean;
  force: boolean;
}

/** Works out, and checks, everything about the wanted variant that does not depend on the bundle. */
export async function understandWish(
  asked: Wish,
  current: VariantRecord | null,
  { layout, environment, progress }: Context,
  adopted: Adopted | null = null,
  definitions = new Definitions(),
): Promise<Omit<PlanInput, 'pristine' | 'notes' | 'examination' | 'node' | 'platform' | 'now'>> {
  const { name } = asked;
  checkName(name);
  const before = current ?? adopted;
  const places = placesOf(name, layout, before);
  const path = before ? '' : (environment['PATH'] ?? '');
  missingFolders(dirname(places.launcher));
  const theirs = adopted?.replaceable ? adopted.launcher : null;
  if (!asked.force) checkCommandFree(name, places.launcher, path, theirs);

  const preset = definitions.preset(
    layout.providers,
    asked.provider ?? current?.provider ?? 'mirror',
  );
  const catalogue = (): Catalogue => definitions.presets(layout.providers);
  const { wish, chosen, notes: said } = startFrom(asked, current, preset, catalogue);
  for (const text of said) progress.note(text);
  const known = adopted?.baseUrl ?? current?.choices.baseUrl;
  const typed =
    wish.baseUrl === undefined || wish.baseUrl === known
      ? null
      : givenBaseUrl(wish.baseUrl, preset);
  if (typed?.note) progress.note(typed.note);
  const wanted = { ...wish, ...(typed && { baseUrl: typed.url }) };
  const { choices: merged, headers: written } = withoutHeaderVariable(mergeChoices(wanted, chosen));
  const sent = wish.key ?? (await keyThatMoves(wish, merged, current, places));
  if (sent !== null) {
    const place = placeForKey(preset, merged, sent, catalogue());
    if (place !== null) {
      merged.plan = place.plan;
      progress.note(place.note);
    }
  }
  const provider = resolveProvider(preset, merged);
  refuseKey(provider, wish);
  for (const text of agedText(preset, merged, name)) progress.note(text);
  if (current && (wish.provider === undefined || wish.inPlace)) {
    const variables = { launched: current.written.env, wanted: { ...provider.env, ...merged.env } };
    const state = { ...variables, kept: current.keepEnv };
    for (const text of idleOptions(wanted, chosen, merged, state)) progress.note(text);
  }
  const keptBefore = wish.defaults?.includes('keep-env') ? [] : current?.keepEnv;
  const keepEnv = checkedKeepEnv(wish.keepEnv ?? keptBefore ?? []);
  const key = await planKey(wish, current, provider, places);
  if (current && moves(wish, current, provider) && key.record !== null) {
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
  requireHeaders(provider, Object.keys(headers.records));
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

/**
 * Where the choices start. A variant that is recreated starts from the defaults; one that changes its
 * provider in place loses what belongs to the old provider, and a note says what.
 */
function startFrom(
  wish: Wish,
  current: VariantRecord | null,
  { id }: Preset,
  catalogue: () => Catalogue,
): { wish: Wish; chosen: Choices; notes: string[] } {
  if (current === null) return { wish, chosen: defaultChoices, notes: [] };
  if (wish.provider === undefined) return { wish, chosen: handEdits(current), notes: [] };
  if (!wish.inPlace) return { wish, chosen: defaultChoices, notes: [] };
  if (id === current.provider) {
    const note = `--provider makes no difference: it is ${id} already`;
    return { wish: { ...wish, provider: undefined }, chosen: handEdits(current), notes: [note] };
  }
  const before = catalogue().entries.find(({ preset }) => preset.id === current.provider)?.preset;
  const { choices, dropped } = choicesElsewhere(handEdits(current), before?.parameters ?? []);
  const key = current.key === null ? [] : ['the key'];
  const gone = [...key, ...dropped].join(', ');
  return {
    wish,
    chosen: choices,
    notes: gone === '' ? [] : [`dropped, as it belongs to ${current.provider}: ${gone}`],
  };
}

/** Whether a variant goes to another region or plan with the key that it has. */
function moves(
  { region, plan, defaults = [], key, keyFrom, keyHelper }: Wish,
  current: VariantRecord,
  { id, baseUrl }: ResolvedProvider,
): boolean {
  const asked =
    (region ?? plan) !== undefined || ['region', 'plan'].some((name) => defaults.includes(name));
  const keeps = (key ?? keyFrom ?? keyHelper) === undefined && id === current.provider;
  return asked && keeps && baseUrl !== current.baseUrl;
}

/** A stored key that would go to another address of the provider; null: none, or it cannot be seen. */
async function keyThatMoves(
  { provider, keyHelper, keyStore }: Wish,
  { region, plan, baseUrl }: Choices,
  current: VariantRecord | null,
  places: VariantLayout,
): Promise<string | null> {
  if (current?.key?.store !== 'file' || provider !== undefined) return null;
  if (keyHelper !== undefined || (keyStore !== undefined && keyStore !== 'file')) return null;
  const before = current.choices;
  const stays = region === before.region && plan === before.plan && baseUrl === before.baseUrl;
  return stays ? null : readKey(current, places);
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
