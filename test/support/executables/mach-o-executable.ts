import { createHash } from 'node:crypto';

/** How a seed is signed; the defaults are those of a published build. */
export interface SeedSignature {
  directories?: SeedDirectory[];
  /** The other blobs by slot, with magic and length. */
  blobs?: Record<number, Buffer>;
  /** The order in which the blobs lie; that of their slots if it is not given. */
  order?: number[];
  /** Bytes between two blobs, and behind the last one. */
  gap?: number;
}

export interface SeedDirectory {
  hashType?: 1 | 2 | 3 | 4;
  /** The size of a page as a power of two. */
  pageShift?: number;
  version?: number;
  flags?: number;
  specialSlots?: number;
  team?: string;
}

/** A Mach-O with where its signature and each blob of that start in the file. */
export interface SeedMachO {
  bytes: Buffer;
  signature: number;
  at: Record<number, number>;
}

/** A blob: magic, its whole length, contents. */
export function blob(magic: number, contents: Buffer | string): Buffer {
  const head = Buffer.alloc(8);
  head.writeUInt32BE(magic, 0);
  head.writeUInt32BE(8 + Buffer.byteLength(contents), 4);
  return Buffer.concat([head, Buffer.from(contents)]);
}

/** What a vendor's signature has beside its code directory; nothing looks inside of these. */
export const vendorBlobs = {
  2: blob(0xfade0c01, Buffer.concat([Buffer.from([0, 0, 0, 1]), Buffer.alloc(40, 0x72)])),
  5: blob(0xfade7171, '<plist version="1.0"><dict><key>jit</key><true/></dict></plist>'),
  7: blob(0xfade7172, Buffer.alloc(25, 0x64)),
  0x10000: blob(0xfade0b01, Buffer.alloc(300, 0x63)),
} satisfies Record<number, Buffer>;

const SIGNATURE_COMMAND = 104;

/** A Mach-O header with a segment and a command for a signature, both to be filled in by `signedMachO`. */
export function machOHeader({ cpu = 0x0100000c } = {}): Buffer {
  const header = Buffer.alloc(SIGNATURE_COMMAND + 16);
  const fields = [0xfeedfacf, cpu, 0, 2, 2, header.length - 32, 0, 0, 0x19, 72];
  fields.forEach((field, index) => header.writeUInt32LE(field, index * 4));
  header.write('__LINKEDIT', 40, 'latin1');
  header.writeUInt32LE(0x1d, SIGNATURE_COMMAND);
  header.writeUInt32LE(16, SIGNATURE_COMMAND + 4);
  return header;
}

/**
 * Signs a program that starts with `machOHeader`, as a vendor's tool does it: header, code up to
 * the signature, super blob with index, code directories and the other blobs.
 */
export function signedMachO(program: Buffer, signature: SeedSignature = {}): SeedMachO {
  const { directories = [{}], blobs = vendorBlobs, gap = 0 } = signature;
  const code = Buffer.concat([program, Buffer.alloc(-program.length & 15)]);
  const draw = (): [number, Buffer][] => [
    ...directories.map((directory, index): [number, Buffer] => [
      index === 0 ? 0 : 0xfff + index,
      codeDirectory(code, directory, blobs),
    ]),
    ...Object.entries(blobs).map(([slot, bytes]): [number, Buffer] => [Number(slot), bytes]),
  ];
  const lengths = draw().map(([, { length }]) => length + gap);
  const length = lengths.reduce((sum, part) => sum + part, 12 + 8 * lengths.length);
  const region = Buffer.alloc((length + 63) & ~15, 0xee);
  code.writeBigUInt64LE(BigInt(code.length + region.length), 32 + 48);
  code.writeUInt32LE(code.length, SIGNATURE_COMMAND + 8);
  code.writeUInt32LE(region.length, SIGNATURE_COMMAND + 12);
  const parts = draw();
  [0xfade0cc0, length, parts.length].forEach((field, index) =>
    region.writeUInt32BE(field, index * 4),
  );
  const order = signature.order ?? parts.map(([slot]) => slot).sort((a, b) => a - b);
  const at: Record<number, number> = {};
  let position = 12 + 8 * parts.length;
  for (const [index, slot] of order.entries()) {
    const bytes = parts.find((part) => part[0] === slot)![1];
    region.writeUInt32BE(slot, 12 + 8 * index);
    region.writeUInt32BE(position, 16 + 8 * index);
    bytes.copy(region, position);
    at[slot] = code.length + position;
    position += bytes.length + gap;
  }
  return { bytes: Buffer.concat([code, region]), signature: code.length, at };
}

/** What stands for the hash of the Info.plist, which lies in the code and not in the signature. */
export const infoHashByte = 0x11;

const fixedLength: Record<number, number> = { 0x20100: 48, 0x20400: 88, 0x20500: 96, 0x20600: 108 };

function codeDirectory(
  code: Buffer,
  directory: SeedDirectory,
  blobs: Record<number, Buffer>,
): Buffer {
  const { hashType = 2, pageShift = 12, version = 0x20500, flags = 0x10000 } = directory;
  const { specialSlots = 7, team = version < 0x20200 ? '' : 'TEAM123456' } = directory;
  const algorithm = { 1: 'sha1', 2: 'sha256', 3: 'sha256', 4: 'sha384' }[hashType];
  const hashBytes = { 1: 20, 2: 32, 3: 20, 4: 48 }[hashType];
  const hash = (bytes: Buffer): Buffer =>
    createHash(algorithm).update(bytes).digest().subarray(0, hashBytes);
  const special = Array.from({ length: specialSlots }, (_, index) => {
    const slot = specialSlots - index;
    const contents = blobs[slot];
    return contents ? hash(contents) : Buffer.alloc(hashBytes, slot === 1 ? infoHashByte : 0);
  });
  const pages: Buffer[] = [];
  for (let at = 0; at < code.length; at += 2 ** pageShift) {
    pages.push(hash(code.subarray(at, at + 2 ** pageShift)));
  }
  const fixed = fixedLength[version] ?? 0;
  const names = ['com.example.seed\0', ...(team ? [`${team}\0`] : [])];
  const contents = Buffer.concat([
    Buffer.alloc(fixed - 8),
    Buffer.from(names.join('')),
    ...special,
    ...pages,
  ]);
  const first = 8 + contents.length - pages.length * hashBytes;
  const bytes = blob(0xfade0c02, contents);
  [version, flags, first, fixed, specialSlots, pages.length, code.length].forEach((field, index) =>
    bytes.writeUInt32BE(field, 8 + index * 4),
  );
  bytes.set([hashBytes, hashType, 0, pageShift], 36);
  if (team) bytes.writeUInt32BE(fixed + names[0]!.length, 48);
  if (version >= 0x20400) bytes.writeBigUInt64BE(1n, 80);
  if (version >= 0x20500) bytes.writeUInt32BE(0x1a0500, 88);
  return bytes;
}
