import { join } from 'node:path';
import { Store, type StoredBuild } from '../bundle/store/store.ts';
import type { StoredBundle } from '../bundle/store/store-record.ts';
import { capabilityNames } from '../gates/types.ts';
import { type Wish, understandWish } from './wish.ts';
import { assumedTools } from '../skill/tools.ts';
import { viewOf } from '../skill/view.ts';
import { Changes } from '../transaction/changes.ts';
import { exists } from '../disk/sync-read.ts';
import { bundleFolder, bundlesIn, isBundleOf } from '../variant/bundle-folders.ts';
import { type Difference, differences } from '../plan/choices/differences.ts';
import { changedValues } from '../variant/hand-edits.ts';
import { modelsIn } from '../plan/packs.ts';
import { hiddenText, lossText } from '../plan/losses.ts';
import { type Plan, planVariant } from '../plan/plan.ts';
import { provedAlready, toolsShown } from './prove/prove.ts';
import type { Proof } from '../plan/proof.ts';
import type { Choices, VariantRecord } from '../variant/record.ts';
import { readPackTargets } from './place/read-found.ts';
import { planBundles } from '../plan/bundles.ts';
import { planPacks } from '../plan/pack-files.ts';
import { overruledNote } from './prove/setup.ts';
import { Sources } from '../home/sources.ts';
import { readPrevious } from '../variant/previous.ts';
import { rootsOf } from './apply.ts';
import { contentsAt } from './install.ts';
import { type ChangedFile, changedFiles } from './place/changed-files.ts';
import { stableNode } from './stable-node.ts';
import { type Context, searchFor } from '../home/context.ts';

/** What an update would do, as far as can be told without doing it. */
export interface Preview {
  name: string;
  /** Null for a variant that does not exist yet. */
  from: string | null;
  to: string;
  /** The build has to be brought into the store first. */
  fetch: boolean;
  /** Values of the launcher's environment that would change; null: not known before the build is there. */
  values: ReturnType<typeof changedValues> | null;
  /** How the variant's state would differ from the current one; null: it is new, or as with `values`. */
  differences: Difference[] | null;
  packs: { added: string[]; removed: string[] };
  /** Where the key will be, and the names of the headers. */
  key: VariantRecord['key'];
  headers: string[];
  /** Whether the program is run: no proof stands for it and its settings as they would be. */
  prove: boolean;
  /** The files that would change; null: not known before the build is there. */
  changes: ChangedFile[] | null;
  /** What the user should know: where its build comes from, and what their settings do. */
  notes: string[];
}

/** Previews an update, or with `current` null a new variant; nothing is changed. Errors: those of the update that show before it fetches. */
export async function previewUpdate(
  wish: Wish,
  current: VariantRecord | null,
  around: Context,
  sources?: Sources,
): Promise<Preview> {
  const wanted = await understandWish(wish, current, around);
  const before = {
    from: current?.claudeVersion ?? null,
    written: current?.written ?? nothingWritten,
    skills: current?.choices.skills ?? [],
    prove: wish.prove,
  };
  return preview(wanted, before, around, sources);
}

/** What was written of a variant that is not ours yet. */
export const nothingWritten: VariantRecord['written'] = { baseUrl: null, env: {} };

/** Sources that change nothing, for as many variants as are previewed. */
export function sourcesToPreview(around: Context): Sources {
  const { signal, progress, layout } = around;
  const store = new Store(layout.store, undefined, { readOnly: true });
  return new Sources({ store, search: searchFor(around), signal, progress });
}

/** Previews what becomes of what was there before: `from` is the version that it ran. */
export async function preview(
  wanted: Awaited<ReturnType<typeof understandWish>>,
  {
    from,
    written: before,
    skills,
    prove,
  }: Pick<Preview, 'from' | 'prove'> & Pick<VariantRecord, 'written'> & Pick<Choices, 'skills'>,
  around: Context,
  sources = sourcesToPreview(around),
): Promise<Preview> {
  // What is in the way of packs shows before anything is fetched; it is the same for most builds.
  const view = viewOf({ tools: assumedTools(true), models: modelsIn(wanted.provider.env) });
  const { packs } = readPackTargets(wanted, wanted.layout);
  if (packs) planPacks(wanted.packs, wanted.current ?? wanted.adopted, wanted.layout, view, packs);
  const { version, stored, notes: said } = await sources.peek(wanted.choices.source);
  const notes = [...said];
  const packsAfter = wanted.choices.skills;
  const foreseen = {
    name: wanted.name,
    from,
    to: version,
    fetch: stored === null,
    packs: {
      added: packsAfter.filter((pack) => !skills.includes(pack)),
      removed: skills.filter((pack) => !packsAfter.includes(pack)),
    },
    key: wanted.key.record,
    headers: Object.keys(wanted.headers.records),
    prove,
    notes,
  };
  if (stored === null) return { ...foreseen, values: null, differences: null, changes: null };
  const examination = await sources.examine(stored);
  const plan = planVariant({
    ...wanted,
    pristine: stored,
    notes,
    examination,
    node: stableNode(process.execPath, around.environment['PATH'] ?? ''),
    platform: process.platform,
    now: new Date(),
  });
  const overruled = overruledNote(plan, stored.kind);
  if (overruled !== null && !wanted.current?.notes.includes(overruled)) notes.push(overruled);
  const built = await sources.store.findBuild(stored, plan.edits);
  const proof = built && (await provedAlready(plan, asBuild(built), sources.store));
  for (const name of capabilityNames) {
    const { state, reason } = plan.capabilities[name];
    if (wanted.choices[name] && state === 'off') notes.push(`${name} off: ${reason}`);
  }
  for (const loss of proof?.losses ?? []) {
    notes.push(`${loss.capability} ${loss.state}: ${lossText(loss, plan.layout)}`);
  }
  if (proof?.hidden) notes.push(hiddenText(proof.hidden, plan.layout));
  const written = { baseUrl: wanted.provider.baseUrl, env: { ...plan.launcher.env } };
  const values = changedValues({ written: before }, { written });
  const { choices, provider, key, keepEnv, current } = wanted;
  const after = {
    provider: provider.id,
    key: key.record,
    keepEnv: [...keepEnv],
    written,
    owned: { ...plan.owned },
    choices,
  };
  const changes = await filesChanged(
    plan,
    built ?? stored,
    proof,
    around.layout.home,
    sources.store,
  );
  return {
    ...foreseen,
    prove: prove && proof === null,
    values,
    differences: current && differences(current, after),
    changes,
  };
}

/** The files that a plan would change. `built`: what it runs; the pristine bundle where no build is there yet. */
async function filesChanged(
  plan: Plan,
  built: StoredBundle,
  proof: Proof | null,
  home: string,
  store: Store,
): Promise<ChangedFile[]> {
  const { layout, current } = plan;
  const before = current && bundleFolder(current, layout.bundles);
  const same = before && (await isBundleOf(asBuild(built), before, store));
  const folder = same ? before : join(layout.bundles, `${built.version}-new`);
  const tools = proof?.tools ?? toolsShown(built, store);
  const whole = await contentsAt(plan, { built, folder, proof, tools }, layout);
  const collected = new Changes([...whole.changes, ...whole.launchers]);
  const changes = changedFiles(await collected.steps(rootsOf(whole, home)));
  if (!same) changes.unshift({ path: layout.bundles, change: current ? 'replace' : 'create' });
  const wayBack = changes.length > 0 && current ? current : readPrevious(layout);
  const present = bundlesIn(layout.bundles);
  const bundles = planBundles(whole, { wayBack, repair: false, present });
  for (const name of bundles.expired) {
    changes.push({ path: join(layout.bundles, name), change: 'remove' });
  }
  if (changes.length === 0) return [];
  const kept = whole.exists ? [layout.record, layout.previous] : [layout.record];
  const writes = kept.map((path): ChangedFile => ({
    path,
    change: exists(path) ? 'replace' : 'create',
  }));
  return [...changes, ...writes];
}

function asBuild(built: StoredBundle): StoredBuild {
  return { ...built, sha256: Promise.resolve(built.sha256) };
}
