import type { FileChange } from '../config/file-change.ts';
import { type OwnedValues, knownBefore, mergeOwned } from '../config/merge.ts';
import { launcherFiles } from '../launcher/files.ts';
import { keyFileMode, keyFileText } from '../provider/key-file.ts';
import { keyProgram } from '../provider/keyring-names.ts';
import type { KeyringProgram } from '../provider/keyring-program.ts';
import { hooksMissing } from '../variant/hooks.ts';
import { launcherPaths } from '../variant/launcher-file.ts';
import { type VariantLayout, keyringPaths, rulesPaths, rulesProgram } from '../variant/layout.ts';
import { entryOf } from '../variant/keyring-entries.ts';
import { approvalOf } from '../variant/owned-values.ts';
import type { VariantRecord } from '../variant/record.ts';
import { type PackTargets, planPacks, viewFor } from './pack-files.ts';
import type { Plan } from './plan.ts';
import type { Proof } from './proof.ts';
import { type BuiltAs, recordOf } from './record-of.ts';
import { keyScript, rulesScriptText } from './run-scripts.ts';

/** What is on disk in the places that a plan writes to, and the program files that it copies there. */
export interface Found {
  settings: ConfigFile;
  state: ConfigFile;
  /** Null where no pack is written: a folder for packs leads out of the variant. */
  packs: PackTargets | null;
  /** Why not. */
  notes: string[];
  /** Launchers of before, elsewhere, that are ours to remove. */
  oldLaunchers: string[];
  /** The folders of the launcher, now and before. */
  launcherFolders: string[];
  rulesProgram: Buffer | null;
  keyringProgram: KeyringProgram | null;
}

/** A configuration file that Claude Code and the user write, too. */
export interface ConfigFile {
  /** Where it is expected. */
  place: string;
  /** Where it is, with links resolved. */
  path: string;
  text: string | null;
  /** It leads out of the variant, where nothing is written. */
  outside: boolean;
}

/** The build that a variant is given, and what a run of it has shown. */
export interface Outcome {
  built: BuiltAs;
  /** Where the program will be. */
  program: string;
  /** Null: it was not run. */
  proof: Proof | null;
  /** The tools that the texts of packs are written for; undefined: not known. */
  tools: Proof['tools'] | undefined;
  /** What of the user's settings has no effect. */
  overruled: string | null;
}

/** Everything that will be written, merged and removed beside the bundle: applying only carries it out. */
export interface WholePlan extends Pick<Plan, 'name' | 'layout' | 'current'> {
  /** A variant, ours or an earlier cc-mirror's, is changed; otherwise one is created. */
  exists: boolean;
  /** Without its bundles and keyring entries. */
  record: VariantRecord;
  /** In the variant's folder. */
  changes: FileChange[];
  launchers: FileChange[];
  /** The folders of its launcher, now and before. */
  launcherFolders: string[];
  /** The entry in the keyring that its key is read from, and a key to store there; null: none. */
  keyring: { entry: string; key: string | null } | null;
  /** Whether a file holds a secret, so that it has to be private. */
  secretFile: boolean;
}

/**
 * Works out what a variant's folder will hold, at `place`, staged or in use. Pure.
 * Errors: `capability-unavailable` for a pack without what it needs; `name-taken` for a skill or agent
 * of the user's; `invalid-record` for a configuration file that is not a JSON object.
 */
export function planContents(
  plan: Plan,
  { built, program, proof, tools, overruled }: Outcome,
  place: Omit<VariantLayout, 'launcher'>,
  found: Found,
): WholePlan {
  const record = recordOf(plan, built, program, proof, overruled);
  const { name, layout, current, key, headers, owned } = plan;
  const before = current ?? plan.adopted;
  const view = viewFor(plan, tools);
  const { 'settings.json': wanted, '.claude.json': wantedState } = owned;
  const settings = planConfig(found.settings, wanted, before?.owned['settings.json']);
  const state = planConfig(found.state, wantedState, stateBefore(plan), 0o600);
  const packs = found.packs
    ? planPacks(plan.packs, before, place, view, found.packs)
    : { changes: [], skills: record.skills, agents: record.agents, notes: [] };
  const native = built.kind === 'native' ? program : null;
  const notes = [
    ...record.notes,
    ...found.notes,
    ...packs.notes,
    ...hooksMissing(settings.merged, wanted),
    ...settings.notes,
    ...state.notes,
  ];
  const inKeyring = key.record?.store === 'keyring';
  return {
    name,
    layout,
    current,
    exists: before !== null,
    record: { ...record, skills: packs.skills, agents: packs.agents, notes },
    changes: [
      ...settings.changes,
      ...state.changes,
      ...packs.changes,
      ...planRules(plan, view.worker.tool, native, place, found.rulesProgram),
      ...planKeyFiles(plan, native, place, found.keyringProgram),
      ...planHeaderFile(plan, place),
    ],
    launchers: planLaunchers(plan, built.kind, program, found.oldLaunchers),
    launcherFolders: found.launcherFolders,
    keyring: inKeyring ? { entry: entryOf(record, layout), key: key.value } : null,
    secretFile: (key.value !== null && !inKeyring) || headers.kept.length > 0,
  };
}

/** The values of .claude.json that are ours: with a key that was replaced, its end is, too. */
function stateBefore({ current, adopted, key: { replaced } }: Plan): OwnedValues {
  return {
    ...(current ?? adopted)?.owned['.claude.json'],
    ...(replaced !== undefined && approvalOf(replaced)),
  };
}

interface PlannedConfig {
  changes: FileChange[];
  /** The text as it will be. */
  merged: string;
  notes: string[];
}

/** A configuration file with our values in it; outside the variant it stays as it is, and a note says so. */
function planConfig(
  { place, path, text, outside }: ConfigFile,
  wanted: OwnedValues,
  written: OwnedValues | undefined,
  mode: number | null = null,
): PlannedConfig {
  const before = knownBefore(text, wanted, written ?? null, path);
  const merged = mergeOwned(text, wanted, before, path);
  if (!outside || text === null) {
    return { changes: [{ kind: 'merge', path, wanted, before, mode }], merged, notes: [] };
  }
  const keys = Object.keys(wanted).join(', ');
  const note = `${place} leads to ${path}, outside the variant, and stays as it is; cc-mirror would set ${keys} in it`;
  return { changes: [], merged: text, notes: merged === text ? [] : [note] };
}

/** The rules' program, what runs it and what it is told; without rules they are removed. */
export function planRules(
  { rules, node, layout }: Pick<Plan, 'rules' | 'node'> & { layout: Pick<VariantLayout, 'hooks'> },
  tool: 'Agent' | 'Task',
  native: string | null,
  place: Pick<VariantLayout, 'hooks' | 'folder'>,
  program: Buffer | null,
): FileChange[] {
  const paths = rulesPaths(place.hooks);
  if (rules === null || program === null) return removals(Object.values(paths), place.folder);
  const script = rulesScriptText({ folder: layout.hooks, program: rulesProgram, node, native });
  return [
    { kind: 'write', path: paths.program, content: program },
    { kind: 'write', path: paths.script, content: script },
    {
      kind: 'write',
      path: paths.config,
      content: `${JSON.stringify({ ...rules, tool }, null, 2)}\n`,
    },
  ];
}

/** The file of a key, and the program that reads one from the keyring; those without a use are removed. */
function planKeyFiles(
  { name, key: { record, value }, layout, node, platform }: Plan,
  native: string | null,
  { secrets, keyring, folder }: Pick<VariantLayout, 'secrets' | 'keyring' | 'folder'>,
  files: KeyringProgram | null,
): FileChange[] {
  const paths = keyringPaths(keyring, platform);
  const changes: FileChange[] = [];
  if (record?.store !== 'file') changes.push(...removals([secrets], folder));
  else if (value !== null) {
    changes.push({ kind: 'write', path: secrets, content: keyFileText(value), mode: keyFileMode });
  }
  if (files === null) return [...changes, ...removals(Object.values(paths), folder)];
  const spec = { folder: layout.keyring, program: keyProgram, node, native };
  const script = keyScript(name, platform, spec);
  return [
    ...changes,
    { kind: 'write', path: paths.script, content: script },
    { kind: 'write', path: paths.program, content: files.program, mode: 0o644 },
    { kind: 'write', path: paths.binding, content: files.binding, mode: 0o644 },
  ];
}

function planHeaderFile(
  { headers: { kept } }: Plan,
  { headers: path, folder }: Pick<VariantLayout, 'headers' | 'folder'>,
): FileChange[] {
  const content = kept.map(({ name, value }) => `${name}: ${value}\n`).join('');
  if (content === '') return removals([path], folder);
  return [{ kind: 'write', path, content, mode: keyFileMode }];
}

function planLaunchers(
  { layout, node, platform, launcher }: Plan,
  kind: BuiltAs['kind'],
  program: string,
  old: readonly string[],
): FileChange[] {
  const command = kind === 'js' ? { kind, node, script: program } : { kind, path: program };
  const paths = launcherPaths(layout.launcher, platform);
  const files = launcherFiles({ ...launcher, command }, platform);
  return [
    ...files.map(({ suffix, text, mode }): FileChange => {
      return { kind: 'write', path: paths[suffix] ?? layout.launcher, content: text, mode };
    }),
    ...old.map((path): FileChange => ({ kind: 'remove', path })),
  ];
}

function removals(paths: readonly string[], upTo: string): FileChange[] {
  return paths.map((path) => ({ kind: 'remove', path, upTo }));
}
