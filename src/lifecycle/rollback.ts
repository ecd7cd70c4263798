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
import { type Difference, differences } from '../plan/choices/differences.ts';
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
import { madeEarlier, readVariant, requireVariant } from '../variant/read-variant.ts';
import { recordText } from '../variant/record.ts';

export interface Rollback {
  /** The version before the rollback. */
  from: string;
  state: RecordedState;
  /** What it brought back; empty where one of the states is of an earlier cc-mirror. */
  changes: Difference[];
  /** Files that were kept, as the user has changed them since. */
  left: string[];
  notes: string[];
}

/**
 * Undoes the last change of a variant, offline: of its bundle, launcher, packs, key and our values in
 * its configuration. A second rollback redoes it, even after one to a variant of an earlier cc-mirror.
 * Keeps what the user has changed since.
 *
 * Errors: `no-such-version` if there is no previous state; those of `requireVariant`.
 */
export async function rollbackVariant(
  layout: Layout,
  name: string,
  change: Change,
): Promise<Rollback> {
  checkName(name);
  const places = variantLayout(layout, name);
  const found = readVariant(layout, name);
  const current: RecordedState =
    found.kind === 'earlier' ? found : { kind: 'variant', record: requireVariant(layout, name) };
  const previous = readPreviousState(places);
  if (current.kind === 'earlier' && !(await isRolledBack(previous))) throw madeEarlier(name);
  if (previous === null) {
    throw new CcMirrorError(
      'no-such-version',
      `There is nothing to roll back to: ${name} has not changed since it was created.`,
      `Choose a version instead: cc-mirror update ${name} --claude-version X.Y.Z`,
    );
  }
  requireProgram(name, previous.state);
  const left: string[] = [];
  const steps: Step[] = [];
  for (const step of previous.steps.toReversed()) {
    if (step.kind === 'move' || (step.kind === 'file' && step.path === places.record)) continue;
    const back = await (step.kind === 'merge' ? undoMerge(step) : undoFile(step, name, places));
    if (back === null) left.push(step.path);
    else steps.push(back);
  }
  const state = refreshed(previous.state, current, places);
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
  const replaced = steps.some((step) => step.kind === 'file' && step.path === places.secrets);
  const changes = changesTo(state, current, replaced);
  return { from: versionOf(current), state, changes, left, notes: key.notes };
}

/** `replaced`: whether the file of the key has another content now. */
function changesTo(state: RecordedState, current: RecordedState, replaced: boolean): Difference[] {
  if (state.kind === 'earlier' || current.kind === 'earlier') return [];
  const changes = differences(current.record, state.record);
  const told = changes.some(({ what }) => what === 'key');
  return told || !replaced ? changes : [...changes, { what: 'key', from: 'file', to: 'file' }];
}

/** Whether variant.json is as a rollback wrote it. */
async function isRolledBack(previous: Previous | null): Promise<boolean> {
  if (previous === null) return false;
  const { path, after } = previous.recordFile;
  return sameBytes(await contentAt(path), after);
}

/** Error: `no-such-version` if the program of a state no longer exists. */
function requireProgram(name: string, state: RecordedState): void {
  const ours = state.kind === 'variant';
  const program = ours ? state.record.bundle.path : state.earlier.program;
  if (exists(program)) return;
  const version = versionOf(state);
  throw new CcMirrorError(
    'no-such-version',
    `${name} cannot roll back to ${ours ? 'Claude Code ' : ''}${version}: ${program} is gone.`,
    ours
      ? `Install that version again: cc-mirror update ${name} --claude-version ${version}`
      : `Update it instead: cc-mirror update ${name}`,
  );
}

/** The Claude Code of a state: a version, or what an earlier cc-mirror called it. */
export function versionOf(state: RecordedState): string {
  return state.kind === 'variant' ? state.record.claudeVersion : state.earlier.claude;
}

/** The state to be written: our records list retired bundles and keyring entries. */
function refreshed(
  state: RecordedState,
  current: RecordedState,
  { bundles, folder }: VariantLayout,
): RecordedState {
  if (state.kind === 'earlier') return state;
  const { record } = state;
  const now = new Date().toISOString();
  const known = current.kind === 'variant' ? [current.record, record] : [record];
  const used = known.map((one) => bundleName(one, bundles));
  const retired = retiredBundles(bundlesIn(bundles), used, known[0]?.retired ?? [], now);
  const keyringEntries = entriesOf(known, { folder });
  return { kind: 'variant', record: { ...record, retired, keyringEntries, updatedAt: now } };
}

function launcherFolder(state: RecordedState, { bin }: Layout): string {
  return state.kind === 'variant' ? dirname(state.record.launcher) : (state.earlier.binDir ?? bin);
}

/** Error: `invalid-record` if the file is not valid JSON now. */
async function undoMerge({ saved, wanted, before, path, mode }: MergeStep): Promise<MergeStep> {
  const text = readToEdit(path);
  const current = await contentAt(path);
  const step = {
    kind: 'merge' as const,
    path,
    wanted: before ?? {},
    before: wanted,
    mode,
    ...(saved !== null &&
      saved.text !== null && { restore: { text: saved.text, made: saved.made } }),
  };
  const made = sha256Of(mergedText(step, text));
  const currentMode = current?.kind === 'file' ? current.mode : null;
  return { ...step, saved: { text, mode: currentMode, made, prune: [] } };
}

/**
 * Undoes the change of a file; null if it is no longer ours: the user has changed a file in the
 * configuration, or another command has replaced our launcher.
 */
async function undoFile(
  { path, before, after }: FileStep,
  name: string,
  { folder, config }: VariantLayout,
): Promise<FileStep | null> {
  const current = await contentAt(path);
  const inConfig = path.startsWith(config + sep);
  if (inConfig && !sameBytes(current, after)) return null;
  const outside = !path.startsWith(folder + sep);
  if (outside && current !== null && !sameBytes(current, after)) {
    const command = inspectCommand(path);
    if (command.kind !== 'ours' || command.variant !== name) return null;
  }
  const prune = inConfig ? foldersBetween(path, config) : [];
  return { kind: 'file', path, before: current, after: before, prune };
}
