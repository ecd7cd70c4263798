import { basename, join } from 'node:path';
import { execa } from 'execa';
import { CcMirrorError } from '../errors.ts';
import { type Patch, copyPatched, hashFile, linkInto } from './files.ts';
import type { Bundle, BundleEdit, BundleModule } from './types.ts';

/**
 * Writes an edited copy of a bundle into the folder `target`. Only the edited bytes differ from
 * the original and, in an executable, the bytecode pairs of the edited modules, which become zero:
 * without bytecode Bun compiles the module from its source.
 *
 * Returns the SHA-256 (hex) of the program.
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

/** The byte patches of a set of edits. An edit that does not fit the bundle is a bug of ours. */
export function patchesFor(bundle: Bundle, edits: readonly BundleEdit[]): Patch[] {
  const patches: Patch[] = [];
  const edited = new Set<BundleModule>();
  for (const edit of edits) {
    const module = bundle.modules.find(({ name }) => name === edit.module);
    if (!module) throw new Error(`edit of a module that does not exist: ${edit.module}`);
    const before = Buffer.from(edit.before, module.encoding);
    const after = Buffer.from(edit.after, module.encoding);
    const found = module.bytes.subarray(edit.start, edit.end);
    if (!found.equals(before) || after.length !== before.length) {
      throw new Error(`edit does not fit ${edit.module} at ${edit.start}`);
    }
    patches.push({ position: module.position + edit.start, bytes: after });
    edited.add(module);
  }
  for (const { bytecodePair } of edited) {
    if (bytecodePair !== null) patches.push({ position: bytecodePair, bytes: Buffer.alloc(8) });
  }
  return patches;
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
  await execa('codesign', ['--sign', '-', '--force', keep, program]);
}
