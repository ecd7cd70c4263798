import type { FileHandle } from 'node:fs/promises';
import { readSpan } from './file-spans.ts';
import type { Patch } from '../../disk/copy.ts';
import { type CodeDirectory, isDirectorySlot, readCodeSignature, unsignable } from './mach-o.ts';

const REQUIREMENTS = 2;
const ENTITLEMENTS = 5;
const ENTITLEMENTS_DER = 7;
const CMS = 0x10000;

/** Offsets in a code directory. */
const FLAGS = 12;
const TEAM = 48;
const ADHOC = 0x2;

/** An empty requirement set (magic 0xfade0c01): magic, length, count. */
const noRequirements = Buffer.from('fade0c010000000c00000000', 'hex');
/** A wrapper without a CMS message (magic 0xfade0b01): magic, length. */
const noCms = Buffer.from('fade0b0100000008', 'hex');

/**
 * The patches that give a signed Mach-O of `size` bytes a valid ad-hoc signature once `patches` have
 * been applied to it; none if nothing is patched. The result equals that of `codesign --sign - --force
 * --preserve-metadata=identifier,entitlements,flags,runtime`, in the region of the old signature:
 * changed pages are hashed again, the ad-hoc flag is set, and the vendor's CMS message, requirements
 * and team identifier, which name its certificate, are removed. Nothing else in the file changes.
 * Only the header, the signature and the changed pages are read.
 *
 * Source: Apple's Security, `libsecurity_codesigning/lib/signer.cpp` (a null signer gives an empty
 * wrapper; without certificates there is neither a team nor a requirement) and
 * `libsecurity_utilities/lib/superblob.h` (blobs ordered by slot, without gaps).
 *
 * Errors: `invalid-bundle` for what cannot be signed (see `readCodeSignature`), for a patch beyond
 * what the signature covers and for a file that does not match its signature.
 */
export async function signaturePatches(
  file: FileHandle,
  size: number,
  patches: readonly Patch[],
): Promise<Patch[]> {
  if (patches.length === 0) return [];
  const { position, region, blobs, directories } = await readCodeSignature(file, size);
  if (patches.some((patch) => patch.position + patch.bytes.length > position)) {
    throw unsignable('the edit is beyond what its signature covers');
  }
  const replaced = blobs.map(({ slot, bytes }) => ({ slot, bytes, adHoc: adHocBlob(slot, bytes) }));
  for (const directory of directories) {
    await sealPages(file, position, patches, directory);
    for (const { slot, bytes, adHoc } of replaced) {
      if (slot > 0 && slot <= directory.specialSlots) seal(directory, -slot, bytes, adHoc);
    }
    directory.bytes.writeUInt32BE((directory.bytes.readUInt32BE(FLAGS) | ADHOC) >>> 0, FLAGS);
    if (directory.team) {
      directory.bytes.writeUInt32BE(0, TEAM);
      directory.team.fill(0);
    }
  }
  const kept = replaced.flatMap(({ slot, adHoc }) => (adHoc ? [{ slot, bytes: adHoc }] : []));
  return [{ position, bytes: superBlob(kept, region.length) }];
}

/** The blob for a slot in an ad-hoc signature; null for what only the vendor can sign. */
function adHocBlob(slot: number, bytes: Buffer): Buffer | null {
  if (isDirectorySlot(slot) || slot === ENTITLEMENTS || slot === ENTITLEMENTS_DER) return bytes;
  if (slot === REQUIREMENTS) return noRequirements;
  return slot === CMS ? noCms : null;
}

/** Hashes the patched pages again, reading one at a time. The last page ends with the code. */
async function sealPages(
  file: FileHandle,
  codeLimit: number,
  patches: readonly Patch[],
  directory: CodeDirectory,
): Promise<void> {
  const { pageBytes } = directory;
  const pages = new Set<number>();
  for (const { position, bytes } of patches) {
    const end = position + bytes.length;
    for (let page = Math.floor(position / pageBytes); page * pageBytes < end; page++) {
      pages.add(page);
    }
  }
  for (const page of pages) {
    const position = page * pageBytes;
    const length = Math.min(pageBytes, codeLimit - position);
    const before = await readSpan(file, { position, length });
    const after = Buffer.from(before);
    for (const patch of patches) overlay(after, position, patch);
    seal(directory, page, before, after);
  }
}

/** Applies the part of a patch that is within `chunk`, which starts at `position` in the file. */
function overlay(chunk: Buffer, position: number, { position: at, bytes }: Patch): void {
  const start = Math.max(at, position);
  const end = Math.min(at + bytes.length, position + chunk.length);
  if (start < end) bytes.copy(chunk, start - position, start - at, end - at);
}

/** Replaces the hash of `before` by that of `after`, or by zeros if there is no longer a blob. */
function seal(directory: CodeDirectory, slot: number, before: Buffer, after: Buffer | null): void {
  const hash = directory.hashOf(slot);
  if (!hash.equals(directory.digest(before))) {
    throw unsignable('its content does not match its signature, so it has been changed before');
  }
  if (after) directory.digest(after).copy(hash);
  else hash.fill(0);
}

/** A super blob without gaps, ordered by slot; the rest of the region is zero. */
function superBlob(blobs: readonly { slot: number; bytes: Buffer }[], length: number): Buffer {
  const region = Buffer.alloc(length);
  let at = 12 + 8 * blobs.length;
  for (const [number, { slot, bytes }] of [...blobs].sort((a, b) => a.slot - b.slot).entries()) {
    region.writeUInt32BE(slot, 12 + 8 * number);
    region.writeUInt32BE(at, 16 + 8 * number);
    at += bytes.copy(region, at);
  }
  region.writeUInt32BE(0xfade0cc0, 0);
  region.writeUInt32BE(at, 4);
  region.writeUInt32BE(blobs.length, 8);
  return region;
}
