import { createHash } from 'node:crypto';
import type { FileHandle } from 'node:fs/promises';
import { CcMirrorError } from '../../errors.ts';
import { overlapping, readSpan, type Span } from './file-spans.ts';

/** The embedded signature of a Mach-O. Each `bytes` is a view of `region` and can be edited in place. */
export interface CodeSignature {
  /** Where the signature starts and the code that it covers ends. */
  position: number;
  /** All bytes that the file reserves for the signature; the blobs fill most of them. */
  region: Buffer;
  blobs: { slot: number; bytes: Buffer }[];
  directories: CodeDirectory[];
}

/** The hashes of one algorithm: a code slot per page, and special slots for the other blobs. */
export interface CodeDirectory {
  bytes: Buffer;
  digest: (bytes: Buffer) => Buffer;
  pageBytes: number;
  specialSlots: number;
  /** The hash of a page, or of a blob by its negated slot number: a view of `bytes`. */
  hashOf: (slot: number) => Buffer;
  /** The team identifier with its final zero byte, a view of `bytes`; null if there is none. */
  team: Buffer | null;
}

/** An `invalid-bundle` error that says why a program cannot be signed. */
export function unsignable(why: string): CcMirrorError {
  return new CcMirrorError(
    'invalid-bundle',
    `The macOS program cannot be edited because it cannot be signed again: ${why}.`,
    'Use the build as published, or environment variables where they suffice: --flip never',
  );
}

const HEADER_BYTES = 32;
const MACH_O_64 = 0xfeedfacf;
const FAT_MAGICS = [0xcafebabe, 0xcafebabf];
const LC_CODE_SIGNATURE = 0x1d;
const EMBEDDED_SIGNATURE = 0xfade0cc0;
const CODE_DIRECTORY = 0xfade0c02;

/** Far above the largest published build; they limit what a forged file can cost. */
const MAX_COMMANDS = 1024 * 1024;
const MAX_SIGNATURE = 64 * 1024 * 1024;
const MAX_BLOBS = 64;

/**
 * Reads the signature of a 64-bit, single-architecture Mach-O. Load commands (little endian) follow
 * the header: `LC_CODE_SIGNATURE` gives the region's offset and length. The region (big endian)
 * holds a super blob: magic, length, count, then a slot and an offset per blob; each blob starts
 * with its magic and length. Source: XNU, `EXTERNAL_HEADERS/mach-o/loader.h` and
 * `osfmk/kern/cs_blobs.h`.
 *
 * Errors: `invalid-bundle` for a signature that is missing, damaged or of an unsupported kind.
 */
export async function readCodeSignature(file: FileHandle, size: number): Promise<CodeSignature> {
  const { position, length } = await signatureSpan(file, size);
  if (length > MAX_SIGNATURE) throw unsignable(`its signature claims ${length} bytes`);
  const region = await readSpan(file, { position, length });
  const blobs = readBlobs(region);
  const directories = blobs
    .filter(({ slot }) => isDirectorySlot(slot))
    .map(({ bytes }) => readDirectory(bytes, position));
  if (directories.length === 0) throw unsignable('its signature has no code directory');
  return { position, region, blobs, directories };
}

/** Slot 0 holds a code directory, the alternate slots those with other hashes. */
export function isDirectorySlot(slot: number): boolean {
  return slot === 0 || (slot >= 0x1000 && slot < 0x1005);
}

async function signatureSpan(file: FileHandle, size: number): Promise<Span> {
  if (size < HEADER_BYTES) throw unsignable('it is too short for a Mach-O');
  const header = await readSpan(file, { position: 0, length: HEADER_BYTES });
  if (FAT_MAGICS.includes(header.readUInt32BE(0))) {
    throw unsignable('it is a universal binary');
  }
  if (header.readUInt32LE(0) !== MACH_O_64) throw unsignable('it is not a 64-bit Mach-O');
  const commandBytes = header.readUInt32LE(20);
  const commandsEnd = HEADER_BYTES + commandBytes;
  if (commandsEnd > Math.min(size, MAX_COMMANDS))
    throw unsignable('its load commands are truncated');
  const commands = await readSpan(file, { position: HEADER_BYTES, length: commandBytes });
  const [span, ...others] = signatureCommands(commands, header.readUInt32LE(16));
  if (!span) throw unsignable('it has no signature');
  if (others.length > 0) throw unsignable('it has more than one signature');
  if (span.position < commandsEnd || span.position + span.length > size) {
    throw unsignable('its signature is outside the file');
  }
  return span;
}

function signatureCommands(commands: Buffer, count: number): Span[] {
  const spans: Span[] = [];
  let at = 0;
  for (let left = count; left > 0; left--) {
    const length = at + 8 <= commands.length ? commands.readUInt32LE(at + 4) : 0;
    const inside = length >= 8 && at + length <= commands.length;
    if (!inside) throw unsignable('its load commands are truncated');
    if (commands.readUInt32LE(at) === LC_CODE_SIGNATURE) {
      if (length !== 16)
        throw unsignable('the load command for its signature has the wrong length');
      spans.push({
        position: commands.readUInt32LE(at + 8),
        length: commands.readUInt32LE(at + 12),
      });
    }
    at += length;
  }
  return spans;
}

function readBlobs(region: Buffer): CodeSignature['blobs'] {
  if (region.length < 12 || region.readUInt32BE(0) !== EMBEDDED_SIGNATURE) {
    throw unsignable('its signature is in an unknown format');
  }
  const count = region.readUInt32BE(8);
  if (count > MAX_BLOBS) throw unsignable(`its signature claims ${count} parts`);
  const index = { position: 0, length: 12 + 8 * count };
  const end = region.readUInt32BE(4);
  if (end > region.length || index.length > end) throw unsignable('its signature is truncated');
  const parts = Array.from({ length: count }, (_, number) => {
    const slot = region.readUInt32BE(12 + 8 * number);
    const position = region.readUInt32BE(16 + 8 * number);
    const length = position + 8 <= end ? region.readUInt32BE(position + 4) : 0;
    const inside = length >= 8 && position + length <= end;
    if (!inside) throw unsignable('a part of its signature is truncated');
    return { slot, position, length };
  });
  if (overlapping([index, ...parts])) throw unsignable('parts of its signature overlap');
  if (new Set(parts.map(({ slot }) => slot)).size < count) {
    throw unsignable('two parts of its signature have the same slot');
  }
  return parts.map(({ slot, position, length }) => ({
    slot,
    bytes: region.subarray(position, position + length),
  }));
}

/** Hash types of cs_blobs.h: algorithm, and the bytes of the hash that are kept. */
const hashTypes = new Map([
  [1, { algorithm: 'sha1', hashBytes: 20 }],
  [2, { algorithm: 'sha256', hashBytes: 32 }],
  [3, { algorithm: 'sha256', hashBytes: 20 }],
  [4, { algorithm: 'sha384', hashBytes: 48 }],
]);

/** The length of the fixed part by first version; each version keeps the fields of earlier ones. */
const headers = [
  { version: 0x20001, length: 44 },
  { version: 0x20100, length: 48 },
  { version: 0x20200, length: 52 },
  { version: 0x20300, length: 64 },
  { version: 0x20400, length: 88 },
  { version: 0x20500, length: 96 },
  { version: 0x20600, length: 108 },
];
/** Apple's reader refuses newer versions: `compatibilityLimit` in its codedirectory.h. */
const LAST_VERSION = 0x2f000;
/** Pages have 4 or 16 KiB, stored as a power of two; 0 would mean a single page. */
const PAGE_SIZES = [12, 14];

/**
 * Reads a code directory: version 8, offset of the first page's hash 16, of the identifier 20;
 * special slots, whose hashes precede it, 24; code slots 28; code limit 32; hash size, hash
 * type, platform, page size 36 to 39; offsets of the scatter vector 44, team 48, pre-encryption
 * hashes 92; 64-bit code limit 56.
 */
function readDirectory(bytes: Buffer, codeLimit: number): CodeDirectory {
  if (bytes.readUInt32BE(0) !== CODE_DIRECTORY || bytes.length < 44) {
    throw unsignable('its code directory is in an unknown format');
  }
  const version = bytes.readUInt32BE(8);
  const header = headers.findLast((known) => version >= known.version)?.length;
  if (header === undefined || version > LAST_VERSION || bytes.length < header) {
    throw unsignable(`its code directory has the unknown version 0x${version.toString(16)}`);
  }
  const field = (at: number): number => (at < header ? bytes.readUInt32BE(at) : 0);
  const kind = hashTypes.get(bytes.readUInt8(37));
  if (!kind || kind.hashBytes !== bytes.readUInt8(36))
    throw unsignable('its hashes are of an unknown type');
  const { algorithm, hashBytes } = kind;
  if (field(44) > 0) throw unsignable('its code is scattered');
  if (field(92) > 0) throw unsignable('its code is encrypted');
  if (field(56) > 0 || field(60) > 0 || field(32) !== codeLimit) {
    throw unsignable('its signature does not cover exactly the code before it');
  }
  if (!PAGE_SIZES.includes(bytes.readUInt8(39))) throw unsignable('its page size is unknown');
  const pageBytes = 2 ** bytes.readUInt8(39);
  const [first, specialSlots, codeSlots] = [field(16), field(24), field(28)];
  if (codeSlots !== Math.ceil(codeLimit / pageBytes)) {
    throw unsignable('its signature does not have one hash per page');
  }
  const start = first - specialSlots * hashBytes;
  const hashes = { position: start, length: (specialSlots + codeSlots) * hashBytes };
  const identifier = textSpan(bytes, field(20));
  const team = field(48) > 0 ? textSpan(bytes, field(48)) : null;
  const parts = [{ position: 0, length: header }, identifier, hashes, ...(team ? [team] : [])];
  if (start < 0 || start + hashes.length > bytes.length || overlapping(parts)) {
    throw unsignable('its code directory is damaged');
  }
  return {
    bytes,
    digest: (data) => createHash(algorithm).update(data).digest().subarray(0, hashBytes),
    pageBytes,
    specialSlots,
    hashOf: (slot) => bytes.subarray(first + slot * hashBytes, first + (slot + 1) * hashBytes),
    team: team && bytes.subarray(team.position, team.position + team.length),
  };
}

/** A zero-terminated text, with its final byte. */
function textSpan(bytes: Buffer, position: number): Span {
  const end = position < bytes.length ? bytes.indexOf(0, position) : -1;
  if (end < 0) throw unsignable('a name in its code directory is truncated');
  return { position, length: end + 1 - position };
}
