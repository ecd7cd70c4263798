import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import {
  type SignatureReport,
  verifySignature,
} from '../../support/executables/mach-o-verifier.ts';
import {
  CODE_BYTES,
  type Choices,
  SPECIAL,
  type Signed,
  commandAt,
  signed,
} from './signed-mach-o.ts';

const folder = mkdtempSync(join(tmpdir(), 'mach-o-verifier-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** Where the one code directory of a seed has its identifier and its first special slot's hash. */
const IDENTIFIER = 88;
const HASHES = IDENTIFIER + 'example.program'.length + 1;

async function verify(bytes: Buffer): Promise<SignatureReport> {
  const path = join(folder, 'program');
  writeFileSync(path, bytes);
  return await verifySignature(path);
}

test('an ad-hoc signature that holds', async () => {
  expect(await verify(signed().bytes)).toEqual({
    platform: 'darwin-arm64',
    identifier: 'example.program',
    team: null,
    flags: 2,
    adHoc: true,
    hasCms: false,
    pages: 4,
    hashTypes: ['sha256'],
    problems: [],
  });
});

test('a signature of a vendor, with an alternate code directory', async () => {
  const { bytes } = signed({ adHoc: false, hashTypes: [1, 2], cpu: 0x01000007 });
  expect(await verify(bytes)).toMatchObject({
    platform: 'darwin-x64',
    flags: 0x10000,
    adHoc: false,
    hasCms: true,
    hashTypes: ['sha1', 'sha256'],
    problems: [],
  });
});

test.each<Choices>([
  { hashTypes: [1, 3], version: 0x20100 },
  { hashTypes: [2, 4], version: 0x20300, pageShift: 14, gap: 5 },
  { hashTypes: [4], version: 0x20500, team: 'TEAM', codeBytes: 80_000 },
])('other signatures that hold: %j', async (choices) => {
  const { team, problems } = await verify(signed(choices).bytes);
  expect({ team, problems }).toEqual({ team: choices.team ?? null, problems: [] });
});

test('an empty CMS blob counts as none', async () => {
  const { bytes } = signed({ cms: Buffer.alloc(0) });
  expect(await verify(bytes)).toMatchObject({ hasCms: false, problems: [] });
});

test.each<[string, Choices, string]>([
  ['ad-hoc with CMS', { cms: Buffer.from('x') }, 'ad-hoc, with a CMS signature'],
  ['no CMS', { adHoc: false, cms: null }, 'not ad-hoc, without a CMS signature'],
  ['same hash twice', { hashTypes: [2, 2] }, 'two code directories use the same hash'],
  [
    'anchor apple generic and a certificate field',
    { requirement: [6, 15, 14, 1, 4, 0x2a864886, 0] },
    'ad-hoc, with requirements that name a certificate',
  ],
  [
    'anchor hash behind a time and a comparison',
    { requirement: [7, 22, 0, 1, 0x2a000000, 9, 0, 0, 6, 10, 1, 0x61000000, 1, 1, 0, 4, 0, 0] },
    'ad-hoc, with requirements that name a certificate',
  ],
  ['unknown operation', { requirement: [24] }, 'the requirements cannot be read'],
  ['cut expression', { requirement: [6, 1] }, 'the requirements cannot be read'],
  ['bytes behind it', { requirement: [1, 1] }, 'the requirements cannot be read'],
])('%s', async (_, choices, problem) => {
  expect((await verify(signed(choices).bytes)).problems).toEqual([problem]);
});

/** One spoilt place: the file, changed in place, and a problem that has to be told. */
type Spoil = (file: Signed) => void;
const signature = CODE_BYTES;
const indexOf = (entry: number): number => signature + 12 + entry * 8;
const directoryField =
  (at: number, value: number): Spoil =>
  ({ bytes, at: blobAt }) =>
    bytes.writeUInt32BE(value, blobAt(0) + at);
const fileField =
  (at: number, value: number): Spoil =>
  ({ bytes }) =>
    bytes.writeUInt32LE(value, at);
const directoryByte =
  (at: number, value: number): Spoil =>
  ({ bytes, at: blobAt }) =>
    bytes.writeUInt8(value, blobAt(0) + at);
const hashByte =
  (slot: number): Spoil =>
  ({ bytes, at }) => {
    bytes[at(0) + HASHES + (SPECIAL + slot) * 32]! ^= 1;
  };

test.each<[string, Spoil, RegExp]>([
  ['magic', fileField(0, 1), /not a Mach-O/],
  ['command size', fileField(commandAt.linkedit + 4, 4), /load commands run past/],
  ['size of commands', fileField(20, 72 + 80 + 72 + 24), /do not fill/],
  ['no signature', fileField(commandAt.signature, 0x1e), /no LC_CODE_SIGNATURE/],
  ['signature length', fileField(commandAt.signature + 12, 2040), /ends at/],
  ['signature beyond the file', fileField(commandAt.signature + 12, 4096), /outside the file/],
  ['signature offset', fileField(commandAt.signature + 8, CODE_BYTES - 8), /not aligned/],
  ['no __LINKEDIT', fileField(commandAt.linkedit + 8, 0), /no __LINKEDIT/],
  ['__LINKEDIT length', fileField(commandAt.linkedit + 48, 16), /__LINKEDIT does not reach/],
  ['property list', fileField(commandAt.text + 72 + 40, 9e5), /property list lies outside/],
  ['super blob magic', ({ bytes }) => bytes.writeUInt32BE(0, signature), /no super blob/],
  ['super blob length', ({ bytes }) => bytes.writeUInt32BE(9999, signature + 4), /longer than/],
  ['super blob count', ({ bytes }) => bytes.writeUInt32BE(9999, signature + 8), /longer than/],
  ['bytes behind it', ({ bytes }) => bytes.writeUInt8(1, bytes.length - 1), /are not zero/],
  ['slot order', ({ bytes }) => bytes.writeUInt32BE(6, indexOf(3)), /slot 0x6 is not known/],
  ['slot twice', ({ bytes }) => bytes.writeUInt32BE(5, indexOf(3)), /slot 0x5 follows slot 0x5/],
  ['no directory', ({ bytes }) => bytes.writeUInt32BE(0x1000, indexOf(0)), /no code directory/],
  ['blob offset', ({ bytes }) => bytes.writeUInt32BE(4, indexOf(1) + 4), /0x2 lies outside/],
  ['blob length', ({ bytes, at }) => bytes.writeUInt32BE(9999, at(5) + 4), /0x5 lies outside/],
  [
    'blobs that overlap',
    ({ bytes, at }) => bytes.writeUInt32BE(at(7) - at(5) + 8, at(5) + 4),
    /blobs overlap/,
  ],
  ['blob magic', ({ bytes, at }) => bytes.writeUInt32BE(1, at(5)), /0x5 has the magic number 0x1/],
  ['version', directoryField(8, 0x20700), /version 0x20700/],
  ['hash type', directoryByte(37, 9), /hash type and size/],
  ['hash size', directoryByte(36, 20), /hash type and size/],
  ['hash offset', directoryField(16, 40), /hashes lie outside/],
  ['number of pages, huge', directoryField(28, 0x7fffffff), /hashes lie outside/],
  ['number of pages', directoryField(28, 3), /3 pages, the code 4/],
  ['special slots', directoryField(24, 8), /hashes lie outside/],
  ['identifier', directoryField(20, 0), /no identifier/],
  ['team', directoryField(48, 8), /team lies outside/],
  ['spare2', directoryField(40, 1), /spare2/],
  ['scatter', directoryField(44, 1), /scatter/],
  ['code limit', directoryField(32, CODE_BYTES - 16), /code limit/],
  ['code limit of 64 bits', directoryField(60, CODE_BYTES - 16), /code limit/],
  ['page size', directoryByte(39, 13), /page size 2\^13/],
  ['executable segment', directoryField(76, 4096), /not __TEXT/],
  ['main program', directoryField(84, 0), /main program/],
  ['first page', ({ bytes }) => bytes.writeUInt8(1, 900), /1 pages \(0\)/],
  ['last page', ({ bytes }) => bytes.writeUInt8(1, CODE_BYTES - 1), /1 pages \(3\)/],
  ['page hash', hashByte(2), /1 pages \(2\)/],
  ['hash of the property list', hashByte(-1), /special slot 1$/],
  ['requirements', hashByte(-2), /special slot 2$/],
  ['resources, of which there are none', hashByte(-3), /special slot 3$/],
  ['entitlements', ({ bytes, at }) => bytes.writeUInt8(0, at(5) + 8), /special slot 5$/],
  ['DER entitlements', ({ bytes, at }) => bytes.writeUInt8(1, at(7) + 8), /special slot 7$/],
  ['no slot for it', directoryField(24, 6), /special slot 7$/],
])('corrupt: %s', async (_, spoil, problem) => {
  const file = signed();
  spoil(file);
  expect((await verify(file.bytes)).problems.join('\n')).toMatch(problem);
});

test('directories that differ, and a file that is cut off', async () => {
  const two = signed({ hashTypes: [1, 2] });
  two.bytes.writeUInt32BE(0, two.at(0x1000) + 12);
  two.bytes.write('E', two.at(0x1000) + IDENTIFIER);
  expect((await verify(two.bytes)).problems).toEqual([
    'code directory 0x1000: other flags than the first',
    'code directory 0x1000: another identifier',
  ]);
  const { bytes } = signed();
  for (const length of [0, 20, 40, 200, CODE_BYTES, CODE_BYTES + 100, bytes.length - 1]) {
    expect((await verify(bytes.subarray(0, length))).problems).not.toEqual([]);
  }
});
