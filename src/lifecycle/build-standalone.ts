import { randomUUID } from 'node:crypto';
import { chmod, mkdir, readdir, rename, rm } from 'node:fs/promises';
import { basename, dirname, join, sep } from 'node:path';
import { writeProgram } from '../bundle/write-program.ts';
import { copyInto } from '../disk/copy.ts';
import { hashFile } from '../disk/hash.ts';
import { packageVersion } from '../bundle/installed/locate.ts';
import { hostPlatform } from '../bundle/platform.ts';
import type { Bundle } from '../bundle/types.ts';
import { missingFolders } from '../disk/folders.ts';
import { ifExists } from '../disk/if-exists.ts';
import { exists, realpath, stat } from '../disk/sync-read.ts';
import { CcMirrorError, refusedAt } from '../errors.ts';
import { type CapabilityName, capabilityNames } from '../gates/types.ts';
import { type ProbeReport, probe } from '../probe/probe.ts';
import type { Progress } from '../ui/progress.ts';
import { type Choice, unproved } from '../plan/choose-capability.ts';

/** An edited build outside any variant. */
export interface Standalone {
  /** The program: `out` itself or, for a JavaScript build, the script in the folder `out`. */
  file: string;
  /** SHA-256 (hex) of the program as published and as written. */
  sha256: { before: string; after: string };
  /** What running it showed; null where it was not run. */
  probe: ProbeReport | null;
}

export interface StandaloneOptions {
  /** A file; for a JavaScript build, a folder for the whole package. */
  out: string;
  /** Replace what is at `out`: a file, or a folder with a Claude Code package. */
  force: boolean;
  /** Run the result, if this machine can. */
  prove: boolean;
  signal: AbortSignal;
  progress: Progress;
  /** The hint if `out` cannot be written. */
  otherPlace?: string;
}

/**
 * Writes an edited build to `out`: builds it beside that, proves it, and renames it.
 *
 * Errors: `name-taken` if `out` exists, `no-such-path` if its folder does not, `probe-failed`, and
 * those of building.
 */
export async function buildStandalone(
  bundle: Bundle,
  planned: Readonly<Record<CapabilityName, Choice>>,
  { out, force, prove, signal, progress, otherPlace = 'Give another --out.' }: StandaloneOptions,
): Promise<Standalone> {
  checkOut(out, force);
  checkReplaceable(out, bundle);
  const staging = join(dirname(out), `.cc-mirror-${randomUUID().slice(0, 8)}.tmp`);
  const script = bundle.kind === 'js' ? basename(bundle.file) : '';
  const program = join(staging, script);
  const edits = capabilityNames.flatMap((name) => planned[name].edit ?? []);
  try {
    progress.step('Building');
    if (bundle.kind === 'js') {
      await mkdir(staging);
      await copyInto(bundle.root, staging, bundle.file);
    }
    await writeProgram(bundle, edits, program);
    await makeOwn(staging, program);
    const runs = prove && (await runsHere(bundle));
    if (runs) progress.step('Proving it: one session against a local stand-in for the API');
    const report = runs ? await proveProgram(program, bundle, planned, signal) : null;
    const [before, after] = await Promise.all([hashFile(bundle.file), hashFile(program)]);
    signal.throwIfAborted();
    await put(staging, out);
    return { file: join(out, script), sha256: { before, after }, probe: report };
  } catch (error) {
    throw refusedAt(out, error, otherPlace);
  } finally {
    await rm(staging, { recursive: true, force: true });
  }
}

async function proveProgram(
  path: string,
  { kind, version }: Bundle,
  planned: Readonly<Record<CapabilityName, Choice>>,
  signal: AbortSignal,
): Promise<ProbeReport> {
  // Without ENABLE_TOOL_SEARCH: whether tools are sent in full is up to whoever starts the result.
  const env = { ...planned.tasks.env, ...planned.teams.env };
  const { report } = await probe({ target: { kind, path }, env, signal });
  const problems = unproved(planned, report);
  if (problems.length === 0) return report;
  throw new CcMirrorError(
    'probe-failed',
    `The edited Claude Code ${version} ran, but ${problems.map(({ problem }) => problem).join('; ')}. Nothing was written.`,
    `Look at the gates: cc-mirror inspect ${version}; or choose another version.`,
  );
}

/** Files from the store are read-only, and a copied program may have lost its mode. */
async function makeOwn(staging: string, program: string): Promise<void> {
  await chmod(program, 0o755);
  if (staging === program) return;
  for (const entry of await readdir(staging, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const path = join(entry.parentPath, entry.name);
    await chmod(path, stat(path).mode | 0o200);
  }
}

async function runsHere({ kind, platform }: Bundle): Promise<boolean> {
  return kind === 'js' || platform === (await hostPlatform());
}

/**
 * Refuses a path that cannot be written, before anything is fetched. Errors: `no-such-path` if its
 * folder does not exist; `name-taken` if it exists, without `force`.
 */
export function checkOut(out: string, force: boolean): void {
  if (missingFolders(dirname(out), 'Give another --out.').length > 0) {
    throw new CcMirrorError(
      'no-such-path',
      `There is no folder ${dirname(out)}.`,
      `Create it first: mkdir -p ${dirname(out)}`,
    );
  }
  if (force || !exists(out)) return;
  throw new CcMirrorError(
    'name-taken',
    `${out} already exists.`,
    'Replace it with --force, or give another --out.',
  );
}

/** Refuses to replace the bundle that is read, and anything of another kind than the result. */
function checkReplaceable(out: string, { kind, root, file }: Bundle): void {
  const found = ifExists(() => stat(out));
  if (found === null) return;
  const real = realpath(out);
  const itself = real === root || `${file}${sep}`.startsWith(`${real}${sep}`);
  const fits =
    found.isDirectory() === (kind === 'js') && (kind !== 'js' || packageVersion(out) !== null);
  if (fits && !itself) return;
  const why = itself
    ? 'is or contains the source of the result'
    : `is not a ${kind === 'js' ? 'Claude Code package' : 'file'}, so it is not replaced`;
  throw new CcMirrorError('name-taken', `${out} ${why}.`, 'Give another --out.');
}

/** A rename replaces a file; a folder is moved aside first, and back if the rename fails. */
async function put(staging: string, out: string): Promise<void> {
  if (!ifExists(() => stat(out))?.isDirectory()) return rename(staging, out);
  const aside = `${staging}.before`;
  await rename(out, aside);
  try {
    await rename(staging, out);
  } catch (error) {
    await rename(aside, out);
    throw error;
  }
  await rm(aside, { recursive: true, force: true });
}
