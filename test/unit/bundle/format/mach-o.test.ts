import { expect, test } from 'vitest';
import { type CodeSignature, readCodeSignature } from '../../../../src/bundle/format/mach-o.ts';
import { CcMirrorError } from '../../../../src/errors.ts';
import {
  type SeedMachO,
  type SeedSignature,
  blob,
  machOHeader,
  signedMachO,
  vendorBlobs,
} from '../../../support/executables/mach-o-executable.ts';
import { failure } from '../../../support/failure.ts';
import { counted } from './counted.ts';

function seed(signature?: SeedSignature): SeedMachO {
  return signedMachO(Buffer.concat([machOHeader(), Buffer.alloc(9000, 0xc0)]), signature);
}

/** Reads a signature and counts the bytes read. */
async function read(bytes: Buffer): Promise<{ signature: CodeSignature; bytesRead: number }> {
  const size = bytes.length;
  const { result, bytesRead } = await counted(bytes, (file) => readCodeSignature(file, size));
  return { signature: result, bytesRead };
}

test('reads the blobs by slot and no code', async () => {
  const { bytes, signature: start } = seed();
  const { signature, bytesRead } = await read(bytes);
  expect(signature.position).toBe(start);
  expect(signature.region).toEqual(bytes.subarray(start));
  expect(signature.blobs.map(({ slot }) => slot)).toEqual([0, 2, 5, 7, 0x10000]);
  expect(signature.blobs.slice(1).map(({ bytes }) => bytes)).toEqual(Object.values(vendorBlobs));
  expect(bytesRead).toBe(120 + bytes.length - start);
});

test('reads the code directories', async () => {
  const { bytes } = seed({ directories: [{ hashType: 1 }, { pageShift: 14 }] });
  const [sha1, sha256] = (await read(bytes)).signature.directories;
  expect(sha1).toMatchObject({ pageBytes: 4096, specialSlots: 7 });
  expect(sha256).toMatchObject({ pageBytes: 16384, specialSlots: 7 });
  expect(sha1!.hashOf(1)).toEqual(sha1!.digest(bytes.subarray(4096, 8192)));
  expect(sha256!.hashOf(-5)).toEqual(sha256!.digest(vendorBlobs[5]));
  expect(sha256!.team).toEqual(Buffer.from('TEAM123456\0'));
});

test.each([0x20100, 0x20400, 0x20500, 0x20600])(
  'version %i of a code directory',
  async (version) => {
    const { bytes } = seed({ directories: [{ version }] });
    const [directory] = (await read(bytes)).signature.directories;
    expect(directory!.hashOf(0)).toEqual(directory!.digest(bytes.subarray(0, 4096)));
    expect(directory!.team?.toString() ?? null).toBe(version < 0x20200 ? null : 'TEAM123456\0');
  },
);

type Change = (seed: SeedMachO) => void;
const little =
  (at: number, value: number): Change =>
  ({ bytes }) =>
    bytes.writeUInt32LE(value, at);
const big =
  (slot: number | 'signature', at: number, value: number): Change =>
  (seed) =>
    seed.bytes.writeUInt32BE(value, (slot === 'signature' ? seed.signature : seed.at[slot]!) + at);
const byte =
  (at: number, value: number): Change =>
  ({ bytes, at: slots }) =>
    bytes.writeUInt8(value, slots[0]! + at);

test.each<[string, RegExp, Change]>([
  ['fat', /universal binary/, ({ bytes }) => bytes.writeUInt32BE(0xcafebabe, 0)],
  ['fat with long offsets', /universal binary/, ({ bytes }) => bytes.writeUInt32BE(0xcafebabf, 0)],
  ['another format', /not a 64-bit Mach-O/, little(0, 0xfeedface)],
  ['load commands beyond the file', /load commands are truncated/, little(20, 0x7fffffff)],
  ['more load commands than room', /load commands are truncated/, little(16, 3)],
  ['a load command without length', /load commands are truncated/, little(36, 0)],
  ['a short signature command', /wrong length/, little(108, 8)],
  ['unsigned', /no signature/, little(16, 1)],
  [
    'two signatures',
    /more than one signature/,
    ({ bytes }) => {
      bytes.writeUInt32LE(56, 36);
      bytes.writeUInt32LE(3, 16);
      bytes.copy(bytes, 88, 104, 120);
    },
  ],
  ['a signature beyond the file', /outside the file/, little(112, 0x7fffff00)],
  ['a signature in the header', /outside the file/, little(112, 64)],
  ['a signature of no bytes', /unknown format/, little(116, 0)],
  ['a signature in another format', /unknown format/, big('signature', 0, 0xfade0cc1)],
  ['a super blob beyond the region', /signature is truncated/, big('signature', 4, 0xffffffff)],
  ['a super blob without its index', /signature is truncated/, big('signature', 4, 12)],
  ['too many blobs', /claims 4294967295 parts/, big('signature', 8, 0xffffffff)],
  ['a blob in the index', /parts of its signature overlap/, big('signature', 16, 0)],
  [
    'a blob beyond the super blob',
    /part of its signature is truncated/,
    big('signature', 24, 99999),
  ],
  ['a blob that is too long', /part of its signature is truncated/, big(5, 4, 0xffffffff)],
  ['a blob without a header', /part of its signature is truncated/, big(5, 4, 7)],
  ['blobs that overlap', /parts of its signature overlap/, big(2, 4, 60)],
  ['two blobs of a slot', /same slot/, big('signature', 28, 2)],
  ['no code directory', /no code directory/, big('signature', 12, 1)],
  ['a code directory of another kind', /unknown format/, big(0, 0, 0xfade0c01)],
  ['a version before the first', /unknown version 0x20000/, big(0, 8, 0x20000)],
  ['a version after the last', /unknown version 0x30000/, big(0, 8, 0x30000)],
  ['an unknown hash', /hashes are of an unknown type/, byte(37, 5)],
  ['another length of hashes', /hashes are of an unknown type/, byte(36, 20)],
  ['scattered code', /scattered/, big(0, 44, 96)],
  ['encrypted code', /encrypted/, big(0, 92, 96)],
  ['a 64-bit code limit', /does not cover exactly the code/, big(0, 60, 9136)],
  ['a code limit before the signature', /does not cover exactly the code/, big(0, 32, 9000)],
  ['one page of any size', /page size is unknown/, byte(39, 0)],
  ['huge pages', /page size is unknown/, byte(39, 31)],
  ['too few hashes', /one hash per page/, big(0, 28, 2)],
  ['too many hashes', /one hash per page/, big(0, 28, 0xffffffff)],
  ['too many special slots', /code directory is damaged/, big(0, 24, 0xffffffff)],
  ['hashes in the fixed part', /code directory is damaged/, big(0, 16, 260)],
  ['hashes beyond the end', /code directory is damaged/, big(0, 16, 0xfffffff0)],
  ['an identifier beyond the end', /name in its code directory/, big(0, 20, 0xffffffff)],
  ['an identifier in the hashes', /code directory is damaged/, big(0, 20, 120)],
  ['a team beyond the end', /name in its code directory/, big(0, 48, 0xffffffff)],
])('refuses %s', async (_, words, change) => {
  const damaged = seed();
  change(damaged);
  await expect(read(damaged.bytes)).rejects.toMatchObject(failure('invalid-bundle', words));
});

test('refuses a file that is too short', async () => {
  const reading = read(machOHeader().subarray(0, 31));
  await expect(reading).rejects.toMatchObject(failure('invalid-bundle', /too short/));
});

test('refuses a code directory without room for its version', async () => {
  const short = seed({
    blobs: { 0x1000: blob(0xfade0c02, Buffer.from('\0\x02\x05\0'.repeat(10))) },
  });
  await expect(read(short.bytes)).rejects.toMatchObject(
    failure('invalid-bundle', /unknown version/),
  );
});

test('any damage is an invalid-bundle error', async () => {
  const { bytes, signature, at } = seed();
  const positions = [
    ...Array.from({ length: 120 }, (_, index) => index),
    ...Array.from({ length: at[0]! + 250 - signature }, (_, index) => signature + index),
  ];
  const thrown: unknown[] = [];
  for (const position of positions) {
    const forged = Buffer.from(bytes);
    forged.fill(position % 2 > 0 ? 0xff : 0x7f, position, position + 4);
    await read(forged).catch((error: unknown) => thrown.push(error));
  }
  expect(thrown.length).toBeGreaterThan(100);
  expect(thrown.filter((error) => !(error instanceof CcMirrorError))).toEqual([]);
});
