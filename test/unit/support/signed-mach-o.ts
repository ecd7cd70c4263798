import { Buffer } from 'node:buffer';
import { createHash } from 'node:crypto';

/** The lengths of a code directory's fixed part, by version. */
const headerBytes = {
  0x20100: 48,
  0x20200: 52,
  0x20300: 64,
  0x20400: 88,
  0x20500: 96,
};

const digests = {
  1: { algorithm: 'sha1', bytes: 20 },
  2: { algorithm: 'sha256', bytes: 32 },
  3: { algorithm: 'sha256', bytes: 20 },
  4: { algorithm: 'sha384', bytes: 48 },
};

export interface Choices {
  adHoc?: boolean;
  /** The expression of the one requirement. */
  requirement?: readonly number[];
  hashTypes?: readonly (keyof typeof digests)[];
  version?: keyof typeof headerBytes;
  /** The size of a page as a power of two. */
  pageShift?: 12 | 14;
  team?: string;
  cms?: Buffer | null;
  cpu?: number;
  codeBytes?: number;
  /** Bytes between the blobs. */
  gap?: number;
}

/** A signed Mach-O; `at` finds a blob by its slot. Positions are byte offsets in the file. */
export interface Signed {
  bytes: Buffer;
  signature: number;
  at: (slot: number) => number;
  slots: readonly number[];
}

export const CODE_BYTES = 3 * 4096 + 512;
/** How long the first segment is; the second reaches to the end of the file. */
export const TEXT_BYTES = 2 * 4096;
const PLIST = { at: 4096, bytes: 64 };
const REGION_BYTES = 2048;

/** Where the load commands start. */
export const commandAt = { text: 32, linkedit: 32 + 72 + 80, signature: 32 + 72 + 80 + 72 };
export const COMMANDS_END = commandAt.signature + 16;

/** How many special slots a code directory has, and where its identifier stands. */
export const SPECIAL = 7;
const IDENTIFIER = 'example.program';

/**
 * A Mach-O 64 file made by hand, with an embedded property list, whose signature is the vendor's or
 * ad-hoc. It shares nothing with the program's own signer nor with the verifier.
 */
export function signed(choices: Choices = {}): Signed {
  const { adHoc = true, requirement = [2, 4, 0x61626364], hashTypes = [2], gap = 0 } = choices;
  const { cms = adHoc ? null : Buffer.from('content'), codeBytes = CODE_BYTES } = choices;
  const slots = new Map<number, Buffer>();
  const one = blob(0xfade0c00, words(1, ...requirement));
  slots.set(2, blob(0xfade0c01, Buffer.concat([words(1, 3, 20), one])));
  slots.set(5, blob(0xfade7171, Buffer.from('<dict/>')));
  slots.set(7, blob(0xfade7172, Buffer.from('0\0')));
  if (cms) slots.set(0x10000, blob(0xfade0b01, cms));
  const covered = new Map(slots);
  const regionBytes = REGION_BYTES + (codeBytes >> 12) * 48 * hashTypes.length;
  const code = codeOf(regionBytes, { ...choices, codeBytes });
  covered.set(1, code.subarray(PLIST.at, PLIST.at + PLIST.bytes));
  for (const [index, type] of hashTypes.entries()) {
    const flags = adHoc ? 2 : 0x10000;
    const directory = codeDirectory(type, flags, code, covered, choices);
    slots.set(index === 0 ? 0 : 0x1000 + index - 1, directory);
  }
  const entries = [...slots].sort(([a], [b]) => a - b);
  const offsets = new Map<number, number>();
  let length = 12 + entries.length * 8;
  for (const [slot, bytes] of entries) {
    offsets.set(slot, length);
    length += bytes.length + gap;
  }
  const region = Buffer.alloc(regionBytes);
  words(0xfade0cc0, length, entries.length, ...[...offsets].flat()).copy(region);
  for (const [slot, bytes] of entries) bytes.copy(region, offsets.get(slot));
  return {
    bytes: Buffer.concat([code, region]),
    signature: codeBytes,
    at: (slot) => codeBytes + offsets.get(slot)!,
    slots: [...offsets.keys()],
  };
}

function words(...values: readonly number[]): Buffer {
  const bytes = Buffer.alloc(values.length * 4);
  values.forEach((value, index) => bytes.writeUInt32BE(value, index * 4));
  return bytes;
}

function blob(magic: number, content: Buffer): Buffer {
  return Buffer.concat([words(magic, 8 + content.length), content]);
}

function codeOf(
  signatureBytes: number,
  { codeBytes, cpu = 0x0100000c }: Choices & { codeBytes: number },
): Buffer {
  const code = Buffer.alloc(codeBytes, 0x5a);
  code.fill(0, 0, 1024);
  [0xfeedfacf, cpu, 0, 2, 3, COMMANDS_END - 32, 0, 0].forEach((value, index) =>
    code.writeUInt32LE(value, index * 4),
  );
  const segment = (at: number, name: string, from: number, length: number, size: number): void => {
    code.writeUInt32LE(0x19, at);
    code.writeUInt32LE(size, at + 4);
    code.write(name, at + 8, 'latin1');
    code.writeBigUInt64LE(BigInt(from), at + 40);
    code.writeBigUInt64LE(BigInt(length), at + 48);
  };
  segment(commandAt.text, '__TEXT', 0, TEXT_BYTES, 72 + 80);
  code.write('__info_plist', commandAt.text + 72, 'latin1');
  code.writeBigUInt64LE(BigInt(PLIST.bytes), commandAt.text + 72 + 40);
  code.writeUInt32LE(PLIST.at, commandAt.text + 72 + 48);
  const linked = codeBytes - TEXT_BYTES + signatureBytes;
  segment(commandAt.linkedit, '__LINKEDIT', TEXT_BYTES, linked, 72);
  [0x1d, 16, codeBytes, signatureBytes].forEach((value, index) =>
    code.writeUInt32LE(value, commandAt.signature + index * 4),
  );
  return code;
}

function codeDirectory(
  type: keyof typeof digests,
  flags: number,
  code: Buffer,
  slots: ReadonlyMap<number, Buffer>,
  { version = 0x20400, pageShift = 12, team }: Choices,
): Buffer {
  const { algorithm, bytes: size } = digests[type];
  const hash = (bytes: Buffer): Buffer =>
    createHash(algorithm).update(bytes).digest().subarray(0, size);
  const pageBytes = 2 ** pageShift;
  const pages = Array.from({ length: Math.ceil(code.length / pageBytes) }, (_, page) =>
    hash(code.subarray(page * pageBytes, (page + 1) * pageBytes)),
  );
  const special = Array.from({ length: SPECIAL }, (_, index) => {
    const content = slots.get(SPECIAL - index);
    return content ? hash(content) : Buffer.alloc(size);
  });
  const header = headerBytes[version];
  const names = Buffer.from(`${IDENTIFIER}\0${team ? `${team}\0` : ''}`);
  const hashOffset = header + names.length + SPECIAL * size;
  const head = Buffer.alloc(header - 8);
  words(version, flags, hashOffset, header, SPECIAL, pages.length, code.length).copy(head);
  head.set([size, type, 0, pageShift], 28);
  if (team && version >= 0x20200) head.writeUInt32BE(header + IDENTIFIER.length + 1, 40);
  if (version >= 0x20400) {
    head.writeBigUInt64BE(BigInt(TEXT_BYTES), 64);
    head.writeBigUInt64BE(1n, 72);
  }
  return blob(0xfade0c02, Buffer.concat([head, names, ...special, ...pages]));
}
