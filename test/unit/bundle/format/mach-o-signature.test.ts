import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import type { Patch } from '../../../../src/disk/copy.ts';
import { signaturePatches } from '../../../../src/bundle/format/mach-o-signature.ts';
import {
  type SeedDirectory,
  type SeedMachO,
  type SeedSignature,
  blob,
  infoHashByte,
  machOHeader,
  signedMachO,
  vendorBlobs,
} from '../../../support/executables/mach-o-executable.ts';
import { failure } from '../../../support/failure.ts';
import { counted } from './counted.ts';

const CODE = 50_000;

function seedWithPlaces(signature?: SeedSignature, cpu?: number): SeedMachO {
  const code = Buffer.from(Array.from({ length: CODE - 120 }, (_, index) => index * 7));
  return signedMachO(Buffer.concat([machOHeader({ cpu }), code]), signature);
}

const seed = (signature?: SeedSignature, cpu?: number): Buffer =>
  seedWithPlaces(signature, cpu).bytes;

const patch = (position: number, length = 4): Patch => ({
  position,
  bytes: Buffer.alloc(length, 0xed),
});

/** The file with the patches and those of its signature, and the number of bytes read. */
async function sign(
  bytes: Buffer,
  patches: readonly Patch[],
): Promise<{ signed: Buffer; added: Patch[]; bytesRead: number }> {
  const { result: added, bytesRead } = await counted(bytes, (file) =>
    signaturePatches(file, bytes.length, patches),
  );
  const signed = Buffer.from(bytes);
  for (const { position, bytes } of [...patches, ...added]) bytes.copy(signed, position);
  return { signed, added, bytesRead };
}

const slots = (bytes: Buffer): number[] => [...blobsOf(bytes).keys()];

function blobsOf(bytes: Buffer): Map<number, Buffer> {
  const region = bytes.subarray(bytes.readUInt32LE(112));
  return new Map(
    Array.from({ length: region.readUInt32BE(8) }, (_, index) => {
      const at = region.readUInt32BE(16 + 8 * index);
      const length = region.readUInt32BE(at + 4);
      return [region.readUInt32BE(12 + 8 * index), region.subarray(at, at + length)];
    }),
  );
}

/** The hashes of a code directory by slot; special slots are negative. */
function hashesOf(directory: Buffer): Map<number, string> {
  const [first, special, code] = [16, 24, 28].map((at) => directory.readUInt32BE(at));
  const length = directory.readUInt8(36);
  return new Map(
    Array.from({ length: special! + code! }, (_, index) => {
      const at = first! + (index - special!) * length;
      return [index - special!, directory.toString('hex', at, at + length)];
    }),
  );
}

const directoriesOf = (bytes: Buffer): Buffer[] =>
  [...blobsOf(bytes).values()].filter((found) => found.readUInt32BE(0) === 0xfade0c02);

/** Checks everything that a reader of an ad-hoc signature checks. */
function checkSignature(bytes: Buffer): void {
  const start = bytes.readUInt32LE(112);
  const region = bytes.subarray(start);
  expect(region.length).toBe(bytes.readUInt32LE(116));
  const blobs = blobsOf(bytes);
  const parts = [...blobs.values()];
  expect([...blobs.keys()]).toEqual([...blobs.keys()].sort((a, b) => a - b));
  const index = region.subarray(0, 12 + 8 * blobs.size);
  const length = region.readUInt32BE(4);
  expect(Buffer.concat([index, ...parts]).equals(region.subarray(0, length))).toBe(true);
  expect(region.subarray(length).every((value) => value === 0)).toBe(true);
  for (const directory of directoriesOf(bytes)) {
    const algorithm = ['', 'sha1', 'sha256', 'sha256', 'sha384'][directory.readUInt8(37)]!;
    const digest = (data: Buffer): string =>
      createHash(algorithm)
        .update(data)
        .digest('hex')
        .slice(0, directory.readUInt8(36) * 2);
    expect(directory.readUInt32BE(12) & 2).toBe(2);
    const pageBytes = 2 ** directory.readUInt8(39);
    const sealed = (slot: number): Buffer | undefined =>
      slot < 0
        ? blobs.get(-slot)
        : bytes.subarray(slot * pageBytes, Math.min((slot + 1) * pageBytes, start));
    for (const [slot, hash] of hashesOf(directory)) {
      const data = sealed(slot);
      expect(data ? digest(data) : hash, `slot ${slot}`).toBe(hash);
    }
  }
}

/** The pages whose hashes differ, for each code directory. */
function changedPages(before: Buffer, after: Buffer): number[][] {
  const old = directoriesOf(before).map(hashesOf);
  return directoriesOf(after).map((directory, index) =>
    [...hashesOf(directory)].flatMap(([page, hash]) =>
      page >= 0 && old[index]!.get(page) !== hash ? [page] : [],
    ),
  );
}

test.each([
  ['arm64', 0x0100000c, 14],
  ['x64', 0x01000007, 12],
])('an %s program gets an ad-hoc signature', async (_, cpu, pageShift) => {
  const original = seed({ directories: [{ pageShift }] }, cpu);
  const { signed, added } = await sign(original, [patch(20_000)]);
  checkSignature(signed);
  expect(changedPages(original, signed)).toEqual([[Math.floor(20_000 / 2 ** pageShift)]]);
  expect(added).toHaveLength(1);
  expect(added[0]!.position).toBe(original.readUInt32LE(112));
  expect(signed.length).toBe(original.length);
  const [old, directory] = [original, signed].map((bytes) => blobsOf(bytes).get(0)!);
  expect(directory!.readUInt32BE(12)).toBe(0x10002);
  const names = old!.subarray(96).indexOf('TEAM123456') + 96;
  for (const [from, to] of [
    [0, 12],
    [16, 48],
    [52, names],
  ] as const) {
    expect(directory!.subarray(from, to)).toEqual(old!.subarray(from, to));
  }
  expect(hashesOf(directory!).get(-1)).toBe(Buffer.alloc(32, infoHashByte).toString('hex'));
});

test('keeps the entitlements and nothing that names the vendor’s certificate', async () => {
  const { signed } = await sign(seed(), [patch(20_000)]);
  const blobs = blobsOf(signed);
  expect(slots(signed)).toEqual([0, 2, 5, 7, 0x10000]);
  expect(blobs.get(2)!.toString('hex')).toBe('fade0c010000000c00000000');
  expect(blobs.get(5)).toEqual(vendorBlobs[5]);
  expect(blobs.get(7)).toEqual(vendorBlobs[7]);
  expect(blobs.get(0x10000)!.toString('hex')).toBe('fade0b0100000008');
  expect(blobs.get(0)!.readUInt32BE(48)).toBe(0);
  expect(signed.includes('TEAM123456')).toBe(false);
});

test.each<[string, SeedDirectory[], number[][]]>([
  ['SHA-1 before SHA-256', [{ hashType: 1 }, {}], [[4], [4]]],
  ['pages of two sizes', [{ hashType: 1 }, { pageShift: 14 }], [[4], [1]]],
  ['SHA-384 and truncated SHA-256', [{ hashType: 4 }, { hashType: 3 }], [[4], [4]]],
  ['a version without team', [{ version: 0x20100 }], [[4]]],
  ['fewer special slots', [{ hashType: 1, specialSlots: 5 }, {}], [[4], [4]]],
])('code directories: %s', async (_, directories, pages) => {
  const original = seed({ directories });
  const { signed } = await sign(original, [patch(20_000)]);
  checkSignature(signed);
  expect(changedPages(original, signed)).toEqual(pages);
});

test.each<[string, Patch[], number[]]>([
  ['across two pages', [patch(8190)], [1, 2]],
  ['up to the end of a page', [patch(8188)], [1]],
  ['across several pages', [patch(4095, 8194)], [0, 1, 2, 3]],
  ['in one page', [patch(4096), patch(5000), patch(8000, 192)], [1]],
  ['in the last page, which is short', [patch(CODE - 4)], [12]],
  ['of no bytes', [patch(8192, 0), patch(100)], [0]],
])('patches %s', async (_, patches, pages) => {
  const original = seed();
  const { signed, bytesRead } = await sign(original, patches);
  checkSignature(signed);
  expect(changedPages(original, signed)).toEqual([pages]);
  const read = pages.reduce((sum, page) => sum + Math.min(4096, CODE - page * 4096), 0);
  expect(bytesRead).toBe(120 + original.length - CODE + read);
});

test('no patch, no signature', async () => {
  expect(await sign(seed(), [])).toMatchObject({ added: [], bytesRead: 0 });
});

test('two edits give the same result as one edit with both', async () => {
  const [one, other] = [patch(5000), patch(30_000)];
  const both = await sign(seed(), [one, other]);
  const first = await sign(seed(), [one]);
  const second = await sign(first.signed, [other]);
  expect(second.signed.equals(both.signed)).toBe(true);
});

test('blobs in any order and with gaps are laid out again', async () => {
  const odd = await sign(seed({ order: [0x10000, 7, 0, 5, 2], gap: 3 }), [patch(5000)]);
  const plain = await sign(seed(), [patch(5000)]);
  checkSignature(odd.signed);
  const others = (bytes: Buffer): [number, Buffer][] => [...blobsOf(bytes)].slice(1);
  expect(others(odd.signed)).toEqual(others(plain.signed));
});

test('what only the vendor can sign is removed with its hash', async () => {
  const constraint = blob(0xfade8181, 'constraint of the vendor');
  const ticket = blob(0xfade0b01, 'ticket of the vendor');
  const original = seed({
    directories: [{ specialSlots: 8 }],
    blobs: { ...vendorBlobs, 8: constraint, 0x10002: ticket },
  });
  const { signed } = await sign(original, [patch(5000)]);
  checkSignature(signed);
  expect(slots(signed)).toEqual([0, 2, 5, 7, 0x10000]);
  expect(hashesOf(blobsOf(signed).get(0)!).get(-8)).toBe('00'.repeat(32));
});

test('a signature with only a code directory stays one', async () => {
  const original = seed({
    directories: [{ flags: 0x2, specialSlots: 0, team: '', version: 0x20400 }],
    blobs: {},
  });
  const { signed } = await sign(original, [patch(5000)]);
  checkSignature(signed);
  expect(slots(signed)).toEqual([0]);
});

test('a patch beyond the code is refused', async () => {
  const signing = sign(seed(), [patch(CODE - 3)]);
  await expect(signing).rejects.toMatchObject(failure('invalid-bundle', /beyond what/));
});

test.each([
  ['page', 5500],
  ['blob', seedWithPlaces().at[5]! + 20],
])('a %s that was changed before is refused', async (_, position) => {
  const changed = seed();
  changed.writeUInt8(changed.readUInt8(position) ^ 1, position);
  const signing = sign(changed, [patch(5000)]);
  await expect(signing).rejects.toMatchObject(failure('invalid-bundle', /changed before/));
});
