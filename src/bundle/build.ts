import { chmod, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { ExecaError, execa } from 'execa';
import { CcMirrorError } from '../errors.ts';
import { overlapping } from './file-spans.ts';
import { type Patch, copyPatched, hashFile, linkInto } from './files.ts';
import type { Bundle, BundleEdit, BundleModule } from './types.ts';

/**
 * Writes an edited copy of a bundle into the folder `target`. Only the edited bytes differ from
 * the original and, in an executable, the bytecode pairs of the edited modules, which become zero:
 * without bytecode Bun compiles the module from its source. Other files of a package are shared
 * with it (see `linkInto`), so the bundle has to lie in the store.
 *
 * Returns the SHA-256 (hex) of the program. Errors: `unsupported-platform` for an edited macOS
 * program that cannot be signed here.
 */
export async function buildBundle(
  bundle: Bundle,
  edits: readonly BundleEdit[],
  target: string,
): Promise<string> {
  const patches = patchesFor(bundle, edits);
  await linkInto(bundle.root, target, bundle.file);
  const program = join(target, basename(bundle.file));
  const sha256 = await copyPatched(bundle.file, program, patches);
  if (!bundle.platform.startsWith('darwin-') || patches.length === 0) return sha256;
  await signAdHoc(program, bundle.platform);
  return hashFile(program);
}

/**
 * The byte patches of a set of edits, in order of position. An edit that does not fit the bundle,
 * that changes a length or that touches another one is a bug of ours.
 */
export function patchesFor(bundle: Bundle, edits: readonly BundleEdit[]): Patch[] {
  const edited = new Set<BundleModule>();
  const patches = edits.map((edit) => {
    const module = bundle.modules.find(({ name }) => name === edit.module);
    if (!module) throw new Error(`edit of a module that does not exist: ${edit.module}`);
    edited.add(module);
    return { position: module.position + edit.start, bytes: replacement(module, edit) };
  });
  for (const { bytecodePair } of edited) {
    if (bytecodePair !== null) patches.push({ position: bytecodePair, bytes: Buffer.alloc(8) });
  }
  const spans = patches.map(({ position, bytes }) => ({ position, length: bytes.length }));
  if (overlapping(spans)) throw new Error('edits overlap');
  return patches.sort((a, b) => a.position - b.position);
}

function replacement({ bytes, encoding }: BundleModule, edit: BundleEdit): Buffer {
  const { module, start, end, before, after } = edit;
  const inside = 0 <= start && start < end && end <= bytes.length;
  const found = inside ? bytes.subarray(start, end) : Buffer.alloc(0);
  const written = Buffer.from(after, encoding);
  const fits = found.equals(Buffer.from(before, encoding)) && found.toString(encoding) === before;
  // A character that the encoding does not have would be written as another.
  const same = written.length === found.length && written.toString(encoding) === after;
  if (inside && fits && same) return written;
  throw new Error(`edit does not fit ${module} at ${start}`);
}

/** macOS runs an edited executable only with a signature that fits; the system's own tool makes one. */
async function signAdHoc(program: string, platform: string): Promise<void> {
  if (process.platform !== 'darwin') {
    throw new CcMirrorError(
      'unsupported-platform',
      `An edited ${platform} build has to be signed on macOS.`,
      'Run cc-mirror on the Mac itself.',
    );
  }
  const keep = '--preserve-metadata=identifier,entitlements,flags';
  const { mode } = await stat(program);
  await chmod(program, mode | 0o200);
  try {
    await execa('/usr/bin/codesign', ['--sign', '-', '--force', keep, program]);
  } catch (error) {
    if (!(error instanceof ExecaError)) throw error;
    throw new CcMirrorError(
      'unsupported-platform',
      `macOS did not sign the edited program: ${error.shortMessage}`,
      'Let environment variables do it where they suffice: --flip never',
      { cause: error },
    );
  }
  await chmod(program, mode);
}
