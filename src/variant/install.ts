import { mkdir, rmdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { acquireBundle, type BundleSource } from '../bundle/acquire.ts';
import { hostPlatform } from '../bundle/platform.ts';
import { Store } from '../bundle/store.ts';
import type { Bundle } from '../bundle/types.ts';
import { CcMirrorError, systemCode } from '../errors.ts';
import { analyze } from '../gates/analyze.ts';
import type { CapabilityName } from '../gates/types.ts';
import { findPreset, loadCatalogue, shippedPresets } from '../provider/catalogue.ts';
import { resolveProvider } from '../provider/resolve.ts';
import type { Progress } from '../ui/progress.ts';
import { applyPlan } from './apply.ts';
import { checkCommandFree, isLauncher } from './command.ts';
import { type Layout, type VariantLayout, variantLayout } from './layout.ts';
import { checkName } from './name.ts';
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
  skills?: string[] | undefined;
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
 * Makes a variant (`current` null) or brings one to a new state: wanted variant → bundle → gates →
 * plan → staging → probe → swap. On any failure nothing that this run made is left.
 */
export async function installVariant(
  wish: Wish,
  current: VariantRecord | null,
  around: Surroundings,
): Promise<VariantRecord> {
  const { layout, environment, userHome, signal, progress } = around;
  checkName(wish.name);
  const places = placesOf(wish.name, layout, current);
  const path = environment['PATH'] ?? '';
  if (!wish.force) await checkCommandFree(wish.name, places.launcher, current ? '' : path);

  // With a provider the variant is made anew; without one it goes on from what was chosen.
  const choices = mergeChoices(
    wish,
    wish.provider === undefined && current ? current.choices : null,
  );
  const catalogue = await loadCatalogue({ shipped: shippedPresets, user: layout.providers });
  const { preset } = findPreset(catalogue, wish.provider ?? current?.provider ?? 'mirror');
  const provider = resolveProvider(preset, choices);

  const key = keyOf(wish, current, provider.id);
  requireKey(provider, key);

  return withFolders([layout.home, layout.store], async () => {
    const store = new Store(layout.store);
    try {
      const search = { path, userHome, isOurs: isLauncher };
      const { stored, bundle } = await acquireBundle(choices.source, {
        store,
        search,
        signal,
        progress,
      });
      if (wish.prove) await refuseForeign(bundle);
      progress.step('Understanding its gates');
      const plan = planVariant({
        name: wish.name,
        layout: places,
        current,
        choices,
        demanded: demandedBy(wish),
        provider,
        key,
        pristine: stored,
        analysis: analyze(bundle.modules),
        namesTaskList: bundle.modules.some(({ bytes }) =>
          bytes.includes('CLAUDE_CODE_TASK_LIST_ID'),
        ),
        node: process.execPath,
        platform: process.platform,
        now: new Date(),
      });
      signal.throwIfAborted();
      progress.step(plan.edits.length > 0 ? 'Building' : 'Preparing');
      const built = await store.build(stored, bundle, plan.edits);
      return await applyPlan(plan, {
        built,
        home: layout.home,
        prove: wish.prove,
        signal,
        progress,
      });
    } catch (error) {
      await store.discardAdded();
      throw error;
    }
  });
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
  };
}

function demandedBy({ tasks, teams }: Wish): CapabilityName[] {
  return [
    ...(tasks === true ? (['tasks'] as const) : []),
    ...(teams === true ? (['teams'] as const) : []),
  ];
}

/** A key that is kept goes to the provider it was given for, and to no other. */
function keyOf({ key }: Wish, current: VariantRecord | null, provider: string): PlanInput['key'] {
  if (key !== undefined) return { kind: 'new', value: key };
  return current?.key && current.provider === provider ? { kind: 'kept' } : { kind: 'none' };
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

/** Makes the folders for `act`; if it fails, those that are new and empty go again. */
async function withFolders<T>(folders: readonly string[], act: () => Promise<T>): Promise<T> {
  const made: string[] = [];
  try {
    for (const folder of folders) {
      const first = await makeFolder(folder);
      if (first !== undefined) made.push(...pathsBetween(first, folder));
    }
    return await act();
  } catch (error) {
    for (const folder of made.toSorted((a, b) => b.length - a.length)) await removeIfEmpty(folder);
    throw error;
  }
}

/** `last`, its parent, and so on up to `first`. */
function pathsBetween(first: string, last: string): string[] {
  return last === first ? [last] : [last, ...pathsBetween(first, dirname(last))];
}

async function makeFolder(folder: string): Promise<string | undefined> {
  try {
    return await mkdir(folder, { recursive: true });
  } catch (error) {
    // Node reports a parent on a read-only file system as missing.
    if (systemCode(error) !== 'ENOENT') throw error;
    throw new CcMirrorError(
      'storage',
      `${folder} cannot be made: the place is not writable.`,
      'Use another place: --home DIR, or CC_MIRROR_HOME.',
      { cause: error },
    );
  }
}

async function removeIfEmpty(folder: string): Promise<void> {
  try {
    await rmdir(folder);
  } catch (error) {
    if (!['ENOTEMPTY', 'EEXIST', 'ENOENT'].includes(systemCode(error) ?? '')) throw error;
  }
}
