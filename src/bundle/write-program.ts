import { open } from 'node:fs/promises';
import { CcMirrorError } from '../errors.ts';
import { overlapping } from './format/file-spans.ts';
import { type Patch, copyPatched } from '../disk/copy.ts';
import { signaturePatches } from './format/mach-o-signature.ts';
import type { Edit } from '../gates/types.ts';
import type { Bundle, BundleModule } from './types.ts';

/**
 * Writes the edited program of a bundle. Only the edited bytes differ from the original and, in an
 * executable, the bytecode pairs of the edited modules, which become zero so that Bun compiles the
 * modules from source. A Mach-O also gets an ad-hoc signature, on any machine; on macOS it is
 * verified.
 *
 * Errors: `invalid-bundle` for a Mach-O that cannot be signed, `unsupported-platform` if macOS
 * rejects the signature.
 */
export async function writeProgram(
  bundle: Bundle,
  edits: readonly Edit[],
  path: string,
): Promise<void> {
  const patches = patchesFor(bundle, edits);
  const mach = bundle.platform.startsWith('darwin-');
  const signature = mach ? await sign(bundle.file, patches) : [];
  await copyPatched(bundle.file, path, [...patches, ...signature]);
  if (signature.length > 0 && process.platform === 'darwin') await verifySignature(path);
}

/**
 * The byte patches of a set of edits, ordered by position. An edit that does not match the bundle,
 * changes a length or overlaps another is a bug.
 */
export function patchesFor(bundle: Bundle, edits: readonly Edit[]): Patch[] {
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

function replacement({ bytes, encoding }: BundleModule, edit: Edit): Buffer {
  const { module, start, end, before, after } = edit;
  const inside = 0 <= start && start < end && end <= bytes.length;
  const found = inside ? bytes.subarray(start, end) : Buffer.alloc(0);
  const written = Buffer.from(after, encoding);
  const fits = found.equals(Buffer.from(before, encoding)) && found.toString(encoding) === before;
  // A character that the encoding lacks would be replaced by another.
  const same = written.length === found.length && written.toString(encoding) === after;
  if (inside && fits && same) return written;
  throw new Error(`edit does not fit ${module} at ${start}`);
}

async function sign(path: string, patches: readonly Patch[]): Promise<Patch[]> {
  const file = await open(path, 'r');
  try {
    return await signaturePatches(file, (await file.stat()).size, patches);
  } finally {
    await file.close();
  }
}

/** Asks macOS about the signature, which it also checks whenever the program starts. */
async function verifySignature(program: string): Promise<void> {
  const { ExecaError, execa } = await import('execa');
  try {
    await execa('/usr/bin/codesign', ['--verify', program]);
  } catch (error) {
    if (!(error instanceof ExecaError)) throw error;
    throw new CcMirrorError(
      'unsupported-platform',
      `macOS rejects the signature of the edited program: ${error.stderr || error.shortMessage}`,
      'Use environment variables where they suffice: --flip never',
      { cause: error },
    );
  }
}
