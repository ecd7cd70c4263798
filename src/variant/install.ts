import { dirname } from 'node:path';
import { acquireBundle, type BundleSource, openStored } from '../bundle/acquire.ts';
import { hostPlatform } from '../bundle/platform.ts';
import { Store, type StoredBundle } from '../bundle/store.ts';
import type { Bundle } from '../bundle/types.ts';
import type { InstalledSearch } from '../bundle/installed.ts';
import { CcMirrorError } from '../errors.ts';
import { analyze } from '../gates/analyze.ts';
import { capabilityNames } from '../gates/types.ts';
import { findPreset, loadCatalogue, shippedPresets } from '../provider/catalogue.ts';
import { type ResolvedProvider, resolveProvider } from '../provider/resolve.ts';
import type { Progress } from '../ui/progress.ts';
import { applyPlan } from './apply.ts';
import { checkCommandFree, isLauncher } from './command.ts';
import { type Layout, type VariantLayout, variantLayout } from './layout.ts';
import { withFolders } from './folders.ts';
import { withLock } from './lock.ts';
import { checkName } from './name.ts';
import { loadPacks } from './packs.ts';
import { type PlanInput, planVariant, requireKey } from './plan.ts';
import type { Choices, VariantRecord } from './record.ts';

/** What the user asked for; what is left out stays as it is or takes its default. */
export interface Wish {
  name: string;
  /** A preset's id or alias; required for a new variant. */
  provider?: string | undefined;
  source?: BundleSource | undefined;
  baseUrl?: string | undefined;
  models?: Choices['models'];
  env?: Record<string, string>;
  tasks?: boolean | undefined;
  teams?: boolean | undefined;
  flip?: Choices['flip'] | undefined;
  /** Packs, by the id of a shipped one or by folder. */
  skills?: string[] | undefined;
  rules?: boolean | undefined;
  /** Stay with the Claude Code that the variant has, as long as the store has it. */
  keepVersion?: boolean;
  key?: string | undefined;
  prove: boolean;
  force: boolean;
}

/** The world outside: where things lie, who is asking, how to report and to stop. */
export interface Surroundings {
  layout: Layout;
  environment: Readonly<Record<string, string | undefined>>;
  userHome: string;
  signal: AbortSignal;
  progress: Progress;
}

/**
 * Runs `act` while no other cc-mirror changes the home; what it reads stays true until it is done.
 * Folders that are made for it go again if it fails. Errors: `busy`, `storage`.
 */
export async function changeHome<T>(around: Surroundings, act: () => Promise<T>): Promise<T> {
  const { home, store } = around.layout;
  return withFolders([home, store], () => withLock(home, around, act));
}

/**
 * Makes a variant (`current` null) or brings one to a new state: wanted variant → bundle → gates →
 * plan → staging → probe → swap. On any failure nothing that this run made is left. To be called
 * within `changeHome`.
 */
export async function installVariant(
  wish: Wish,
  current: VariantRecord | null,
  around: Surroundings,
): Promise<VariantRecord> {
  const { layout, signal, progress } = around;
  const wanted = await understandWish(wish, current, around);
  return withFolders([dirname(wanted.layout.launcher)], async () => {
    const store = new Store(layout.store);
    try {
      const kept = wish.keepVersion && current ? await originOf(current, store) : null;
      const { stored, bundle } = kept
        ? await openStored(kept, progress)
        : await acquireBundle(wanted.choices.source, {
            store,
            search: searchFor(around),
            signal,
            progress,
          });
      if (wish.prove) await refuseForeign(bundle);
      progress.step('Understanding its gates');
      const plan = planVariant({
        ...wanted,
        pristine: stored,
        analysis: analyze(bundle.modules),
        namesTaskList: bundle.modules.some(({ bytes }) =>
          bytes.includes('CLAUDE_CODE_TASK_LIST_ID'),
        ),
        node: process.execPath,
        platform: process.platform,
        now: new Date(),
      });
      progress.step(plan.edits.length > 0 ? 'Building' : 'Preparing');
      const built = await store.build(stored, bundle, plan.edits);
      const { home } = layout;
      return await applyPlan(plan, { built, home, prove: wish.prove, signal, progress });
    } catch (error) {
      await store.discardAdded();
      throw error;
    }
  });
}

/** What a variant's program was built from, if the store still has it. */
function originOf(
  { claudeVersion: version, platform, bundle: { sha256 } }: VariantRecord,
  store: Store,
): Promise<StoredBundle | null> {
  return store.findOrigin({ version, platform, sha256 });
}

/** Where to look for the user's own Claude Code. */
export function searchFor({ environment, userHome }: Surroundings): InstalledSearch {
  return { path: environment['PATH'] ?? '', userHome, isOurs: isLauncher };
}

/** Everything about the wanted variant that can be known, and refused, before a bundle is at hand. */
async function understandWish(
  wish: Wish,
  current: VariantRecord | null,
  { layout, environment }: Surroundings,
): Promise<
  Pick<
    PlanInput,
    'name' | 'layout' | 'current' | 'choices' | 'packs' | 'demanded' | 'provider' | 'key'
  >
> {
  const { name } = wish;
  checkName(name);
  const places = placesOf(name, layout, current);
  const path = current ? '' : (environment['PATH'] ?? '');
  if (!wish.force) await checkCommandFree(name, places.launcher, path);

  // With a provider the variant is made anew; without one it goes on from what was chosen.
  const before = wish.provider === undefined && current ? current.choices : null;
  const choices = mergeChoices(wish, before);
  const catalogue = await loadCatalogue({ shipped: shippedPresets, user: layout.providers });
  const { preset } = findPreset(catalogue, wish.provider ?? current?.provider ?? 'mirror');
  const provider = resolveProvider(preset, choices);
  const key = keyOf(wish, current, provider);
  const demanded = capabilityNames.filter((capability) => wish[capability] === true);
  requireKey(provider, key);
  const packs = await loadPacks(choices.skills, current, places.folder);
  return { name, layout: places, current, choices, packs, demanded, provider, key };
}

/** A variant's launcher stays where it is, unless another folder is asked for. */
function placesOf(name: string, layout: Layout, current: VariantRecord | null): VariantLayout {
  const places = variantLayout(layout, name);
  return current && !layout.binChosen ? { ...places, launcher: current.launcher } : places;
}

function mergeChoices(wish: Wish, current: Choices | null): Choices {
  const baseUrl = wish.baseUrl ?? current?.baseUrl;
  return {
    source: wish.source ?? current?.source ?? { kind: 'auto' },
    ...(baseUrl !== undefined && { baseUrl }),
    models: { ...current?.models, ...wish.models },
    env: { ...current?.env, ...wish.env },
    tasks: wish.tasks ?? current?.tasks ?? true,
    teams: wish.teams ?? current?.teams ?? true,
    flip: wish.flip ?? current?.flip ?? 'auto',
    skills: wish.skills ?? current?.skills ?? ['orchestration'],
    rules: wish.rules ?? current?.rules ?? true,
  };
}

/**
 * A key that is kept goes to the provider it was given for, and to no other: one that is made anew
 * at another address gets a key of its own.
 */
function keyOf(
  wish: Wish,
  current: VariantRecord | null,
  { id, baseUrl }: ResolvedProvider,
): PlanInput['key'] {
  if (wish.key !== undefined) return { kind: 'new', value: wish.key };
  const anew = wish.provider !== undefined;
  const same = current?.provider === id && (!anew || current.baseUrl === baseUrl);
  return current?.key && same ? { kind: 'kept' } : { kind: 'none' };
}

async function refuseForeign({ platform, version }: Bundle): Promise<void> {
  if (platform === 'any') return;
  const host = await hostPlatform();
  if (platform === host) return;
  throw new CcMirrorError(
    'unsupported-platform',
    `This Claude Code ${version} is for ${platform}; this machine is ${host}.`,
    'It cannot be run here, so it cannot be proved: give the build for this machine, or add --no-probe.',
  );
}
