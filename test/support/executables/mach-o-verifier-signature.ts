import type { MachO, Span } from './mach-o-verifier-file.ts';

export interface Blob {
  slot: number;
  magic: number;
  bytes: Buffer;
}

export interface CodeDirectory {
  name: string;
  bytes: Buffer;
  flags: number;
  identifier: string | null;
  team: string | null;
  hash: HashType;
  hashOffset: number;
  specialSlots: number;
  pages: number;
  pageSize: number;
  codeLimit: number;
}

export interface HashType {
  name: string;
  algorithm: string;
  bytes: number;
}

/** `CS_HASHTYPE_*` and their sizes. */
const hashTypes: Record<number, HashType> = {
  1: { name: 'sha1', algorithm: 'sha1', bytes: 20 },
  2: { name: 'sha256', algorithm: 'sha256', bytes: 32 },
  3: { name: 'sha256-truncated', algorithm: 'sha256', bytes: 20 },
  4: { name: 'sha384', algorithm: 'sha384', bytes: 48 },
};

export const CMS_SLOT = 0x10000;
export const CODE_DIRECTORY = 0xfade0c02;
export const REQUIREMENTS = 0xfade0c01;
const EMBEDDED_SIGNATURE = 0xfade0cc0;

/** `CSSLOT_*` of a signature inside a file, with the magic number each demands. */
const slotMagic: Record<number, number> = {
  0: CODE_DIRECTORY,
  2: REQUIREMENTS,
  5: 0xfade7171, // entitlements, as XML
  7: 0xfade7172, // entitlements, as DER
  8: 0xfade8181, // launch constraints: self, parent, responsible; then library
  9: 0xfade8181,
  10: 0xfade8181,
  11: 0xfade8181,
  0x1000: CODE_DIRECTORY, // alternates
  0x1001: CODE_DIRECTORY,
  0x1002: CODE_DIRECTORY,
  0x1003: CODE_DIRECTORY,
  0x1004: CODE_DIRECTORY,
  [CMS_SLOT]: 0xfade0b01,
};

/** Header lengths of a code directory by version: what each added (`CS_SUPPORTS*`). */
const headerBytes = [
  [0x20600, 108],
  [0x20500, 96],
  [0x20400, 88],
  [0x20300, 64],
  [0x20200, 52],
  [0x20100, 48],
  [0x20001, 44],
] as const;

/** The blobs of a super blob: u32 magic, length, count, then (u32 slot, u32 offset) pairs. */
export function readSuperBlob(region: Buffer, problems: string[]): Blob[] {
  if (region.length < 12 || region.readUInt32BE(0) !== EMBEDDED_SIGNATURE) {
    problems.push('no super blob');
    return [];
  }
  const length = region.readUInt32BE(4);
  const count = region.readUInt32BE(8);
  const indexEnd = 12 + count * 8;
  if (length > region.length || indexEnd > length) {
    problems.push('the super blob is longer than its region, or its index than the super blob');
    return [];
  }
  const blobs: Blob[] = [];
  const spans: Span[] = [];
  let last = -1;
  for (let at = 12; at < indexEnd; at += 8) {
    const slot = region.readUInt32BE(at);
    const position = region.readUInt32BE(at + 4);
    if (slot <= last) problems.push(`slot ${hex(slot)} follows slot ${hex(last)}`);
    last = slot;
    const inside = position >= indexEnd && position + 8 <= length;
    const bytes = inside ? region.readUInt32BE(position + 4) : 0;
    if (bytes < 8 || position + bytes > length) {
      problems.push(`the blob in slot ${hex(slot)} lies outside the super blob`);
      continue;
    }
    const magic = region.readUInt32BE(position);
    if (slotMagic[slot] === undefined) problems.push(`slot ${hex(slot)} is not known`);
    else if (slotMagic[slot] !== magic) {
      problems.push(`the blob in slot ${hex(slot)} has the magic number ${hex(magic)}`);
      continue;
    }
    spans.push({ position, length: bytes });
    blobs.push({ slot, magic, bytes: region.subarray(position, position + bytes) });
  }
  spans.sort((a, b) => a.position - b.position);
  if (spans.some((span, i) => i > 0 && span.position < end(spans[i - 1]!))) {
    problems.push('blobs overlap');
  }
  if (!blobs.some(({ slot }) => slot === 0)) problems.push('no code directory');
  return blobs;
}

/** A code directory whose own fields hold; null if it cannot be read any further. */
export function readDirectory(
  { slot, bytes }: Blob,
  macho: MachO,
  problems: string[],
): CodeDirectory | null {
  const name = `code directory ${hex(slot)}`;
  const problem = (what: string): null => {
    problems.push(`${name}: ${what}`);
    return null;
  };
  const version = bytes.length >= 44 ? bytes.readUInt32BE(8) : 0;
  const header = headerBytes.find(([from]) => version >= from)?.[1] ?? Infinity;
  if (version > 0x20600 || header > bytes.length) return problem(`version ${hex(version)}`);
  const hash = hashTypes[bytes.readUInt8(37)];
  if (!hash || hash.bytes !== bytes.readUInt8(36)) return problem('hash type and size');

  const hashOffset = bytes.readUInt32BE(16);
  const specialSlots = bytes.readUInt32BE(24);
  const pages = bytes.readUInt32BE(28);
  const hashesFrom = hashOffset - specialSlots * hash.bytes;
  if (hashesFrom < header || hashOffset + pages * hash.bytes > bytes.length) {
    return problem('its hashes lie outside it');
  }
  const identifier = stringAt(bytes, bytes.readUInt32BE(20), header, hashesFrom);
  if (!identifier) problem('no identifier');
  const teamOffset = version >= 0x20200 ? bytes.readUInt32BE(48) : 0;
  const team = teamOffset > 0 ? stringAt(bytes, teamOffset, header, hashesFrom) : null;
  if (teamOffset > 0 && !team) problem('its team lies outside it');

  if (bytes.readUInt32BE(40) !== 0) problem('spare2 is not zero');
  if (version >= 0x20100 && bytes.readUInt32BE(44) !== 0) problem('it has a scatter vector');
  if (version >= 0x20500 && bytes.readUInt32BE(92) !== 0) problem('it has pre-encryption hashes');

  const limit64 = version >= 0x20300 ? u64be(bytes, 56) : 0;
  const codeLimit = limit64 > 0 ? limit64 : bytes.readUInt32BE(32);
  const signatureAt = macho.signature?.position;
  if (codeLimit !== signatureAt) {
    problem(`its code limit is ${codeLimit}, the signature's offset ${signatureAt}`);
  }
  const pageBits = bytes.readUInt8(39);
  if (pageBits !== 12 && pageBits !== 14) return problem(`page size 2^${pageBits}`);
  const pageSize = 2 ** pageBits;
  const wanted = Math.ceil(codeLimit / pageSize);
  if (pages !== wanted) problem(`it has ${pages} pages, the code ${wanted}`);
  if (version >= 0x20400) checkExecSegment(bytes, macho, problem);
  const flags = bytes.readUInt32BE(12);
  return {
    name,
    bytes,
    flags,
    identifier,
    team,
    hash,
    hashOffset,
    specialSlots,
    pages,
    pageSize,
    codeLimit,
  };
}

/** The fields that tell where the program's code lies: base, limit, flags (1: main program). */
function checkExecSegment(
  bytes: Buffer,
  { text: segment, isProgram }: MachO,
  problem: (what: string) => null,
): void {
  const same = u64be(bytes, 64) === segment?.position && u64be(bytes, 72) === segment.length;
  if (!same) problem('its executable segment is not __TEXT');
  if (isProgram !== ((u64be(bytes, 80) & 1) === 1)) problem('its main program flag is wrong');
}

/** A string that ends with a zero byte and lies between the header and the hashes. */
function stringAt(bytes: Buffer, at: number, from: number, to: number): string | null {
  const end = bytes.indexOf(0, at);
  return at >= from && end > at && end < to ? bytes.toString('utf8', at, end) : null;
}

function u64be(bytes: Buffer, at: number): number {
  return Number(bytes.readBigUInt64BE(at));
}

function end({ position, length }: Span): number {
  return position + length;
}

function hex(value: number): string {
  return `0x${value.toString(16)}`;
}
