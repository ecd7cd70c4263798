import { dirname, sep } from 'node:path';
import { exists } from '../disk/sync-read.ts';
import { sha256Of } from '../disk/hash.ts';
import { readToEdit } from '../disk/utf8.ts';
import { CcMirrorError } from '../errors.ts';
import { assertInside, foldersBetween } from '../disk/real-paths.ts';
import { contentAt, fileContent, sameBytes } from '../transaction/content.ts';
import type { FileStep, MergeStep, Step } from '../transaction/step.ts';
import { mergedText } from '../transaction/apply-step.ts';
import { commit } from '../transaction/transaction.ts';
import { bundleName, bundlesIn, retiredBundles } from '../variant/bundle-folders.ts';
import type { Change } from '../home/with-home.ts';
import { inspectCommand } from '../variant/launcher-file.ts';
import { keySteps } from './key-steps.ts';
import { entriesOf } from '../variant/keyring-entries.ts';
import { type Layout, type VariantLayout, variantLayout } from '../variant/layout.ts';
import { checkName } from '../variant/name.ts';
import {
  type Previous,
  type RecordedState,
  keepPrevious,
  readPreviousState,
} from '../variant/previous.ts';
import { madeEarlier, readVariant, recordText, requireVariant } from '../variant/record.ts';

export interface Rollback {
  /** The version that it had until now. */
  from: string;
  state: RecordedState;
  /** Files that the user has changed since, which stay as they are. */
  left: string[];
  /** What the user has to know or do. */
  notes: string[];
}

/**
 * Brings a variant back to the state before its last change: its bundle, launcher, packs, key and
 * our values in its configuration, without a network. The same again goes forward, also from the
 * variant of an earlier cc-mirror that it was once. What the user has changed since stays.
 *
 * Errors: `no-such-version` where nothing is kept to go back to; those of `requireVariant`.
 */
export async function rollbackVariant(
  layout: Layout,
  name: string,
  change: Change,
): Promise<Rollback> {
  checkName(name);
  const places = variantLayout(layout, name);
  const found = await readVariant(layout, name);
  const current: RecordedState =
    found.kind === 'earlier'
      ? found
      : { kind: 'variant', record: await requireVariant(layout, name) };
  const previous = await readPreviousState(places.previous, places.record);
  if (current.kind === 'earlier' && !(await isBroughtBack(previous))) throw madeEarlier(name);
  if (previous === null) {
    throw new CcMirrorError(
      'no-such-version',
      `There is nothing to go back to: ${name} is as it was made.`,
      `Choose a version instead: cc-mirror update ${name} --claude-version X.Y.Z`,
    );
  }
  await requireProgram(name, previous.state);
  const left: string[] = [];
  const steps: Step[] = [];
  for (const step of previous.steps.toReversed()) {
    if (step.kind === 'move' || (step.kind === 'file' && step.path === places.record)) continue;
    const back = await (step.kind === 'merge' ? backwards(step) : turned(step, name, places));
    if (back === null) left.push(step.path);
    else steps.push(back);
  }
  const state = await refreshed(previous.state, current, places);
  const key = await keySteps(state, current, places, steps);
  steps.push(...key.steps);
  const before = await contentAt(places.record);
  const mode = before?.kind === 'file' ? before.mode : 0o644;
  const after =
    state.kind === 'variant'
      ? fileContent(recordText(state.record), mode)
      : previous.recordFile.before;
  steps.push({ kind: 'file', path: places.record, before, after, prune: [] });
  const kept = state.kind === 'variant' ? state.record : { key: null };
  steps.push(await keepPrevious(places, steps, kept));
  assertInside(
    [layout.home, launcherFolder(current, layout), launcherFolder(state, layout)],
    steps.flatMap((step) => (step.kind === 'move' ? [] : [step.path])),
  );
  left.push(...(await commit(change.staging, change.intent, steps)));
  return { from: versionOf(current), state, left, notes: key.notes };
}

/** Whether the variant.json that is there is the one that a rollback has put there. */
async function isBroughtBack(previous: Previous | null): Promise<boolean> {
  if (previous === null) return false;
  const { path, after } = previous.recordFile;
  return sameBytes(await contentAt(path), after);
}

/** Error: `no-such-version` where what a state runs is gone. */
async function requireProgram(name: string, state: RecordedState): Promise<void> {
  const ours = state.kind === 'variant';
  const program = ours ? state.record.bundle.path : state.earlier.program;
  if (exists(program)) return;
  const version = versionOf(state);
  throw new CcMirrorError(
    'no-such-version',
    `${name} cannot go back to ${ours ? 'Claude Code ' : ''}${version}: ${program} is gone.`,
    ours
      ? `Install that version anew: cc-mirror update ${name} --claude-version ${version}`
      : `Bring it up to date instead: cc-mirror update ${name}`,
  );
}

/** What Claude Code a state runs: a version, or what an earlier cc-mirror calls it. */
export function versionOf(state: RecordedState): string {
  return state.kind === 'variant' ? state.record.claudeVersion : state.earlier.claude;
}

/** The state as it is from now on: a record of ours knows which bundles are in use. */
async function refreshed(
  state: RecordedState,
  current: RecordedState,
  { bundles }: VariantLayout,
): Promise<RecordedState> {
  if (state.kind === 'earlier') return state;
  const { record } = state;
  const now = new Date().toISOString();
  const known = current.kind === 'variant' ? [current.record, record] : [record];
  const used = known.map((one) => bundleName(one, bundles));
  const retired = retiredBundles(bundlesIn(bundles), used, known[0]?.retired ?? [], now);
  const keyringEntries = entriesOf(known, { folder: dirname(bundles) });
  return { kind: 'variant', record: { ...record, retired, keyringEntries, updatedAt: now } };
}

function launcherFolder(state: RecordedState, { bin }: Layout): string {
  return state.kind === 'variant' ? dirname(state.record.launcher) : (state.earlier.binDir ?? bin);
}

/** Error: `invalid-record` where the file is broken by now. */
async function backwards({ saved, wanted, before, path, mode }: MergeStep): Promise<MergeStep> {
  const text = readToEdit(path);
  const there = await contentAt(path);
  const old = there?.kind === 'file' ? there.mode : null;
  const kept =
    saved !== null && saved.text !== null ? { text: saved.text, made: saved.made } : null;
  const step = {
    kind: 'merge' as const,
    path,
    wanted: before ?? {},
    before: wanted,
    mode,
    ...(kept && { restore: kept }),
  };
  const made = sha256Of(mergedText(step, text));
  return { ...step, saved: { text, mode: old, made, prune: [] } };
}

/**
 * The step back of a file; null where it is not ours any more: a file in the configuration that the
 * user has changed since, or another command in the place of the launcher that we put there.
 */
async function turned(
  { path, before, after }: FileStep,
  name: string,
  { folder, config }: VariantLayout,
): Promise<FileStep | null> {
  const current = await contentAt(path);
  const inConfig = path.startsWith(config + sep);
  if (inConfig && !sameBytes(current, after)) return null;
  const outside = !path.startsWith(folder + sep);
  if (outside && current !== null && !sameBytes(current, after)) {
    const command = await inspectCommand(path);
    if (command.kind !== 'ours' || command.variant !== name) return null;
  }
  const prune = inConfig ? foldersBetween(path, config) : [];
  return { kind: 'file', path, before: current, after: before, prune };
}
