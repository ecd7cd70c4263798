import { Buffer } from 'node:buffer';
import type { Random } from './random.ts';

/** Numbers at which checks of offsets, lengths and counts go wrong. */
const edges = [
  0, 1, 2, 7, 8, 15, 16, 36, 52, 0x7f, 0x80, 0xff, 0xfff, 0x1000, 0xffff, 0x10000, 0x400000,
  0x400001, 0x7ffffffe, 0x7fffffff, 0x80000000, 0xfffffff0, 0xffffffff,
];

export interface FieldOptions {
  /** Numbers that mean something in this file, such as its parts' offsets and lengths. */
  near?: readonly number[];
  bigEndian?: boolean;
}

/** Overwrites the 4 bytes (once in four times 8) at `at` with a number that is hard to take. */
export function spoilField(
  random: Random,
  bytes: Buffer,
  at: number,
  { near = [], bigEndian = false }: FieldOptions = {},
): void {
  if (at < 0 || at + 8 > bytes.length) return;
  const base = random.once(3) ? random.pick(edges) : random.pick([bytes.length, ...near]);
  const value = random.once(4) ? base : base + random.below(9) - 4;
  const word = Math.max(0, value) >>> 0;
  if (random.once(4)) {
    const high = random.once(3) ? random.pick(edges) >>> 0 : 0;
    const wide = BigInt(word) + (BigInt(high) << 32n);
    if (bigEndian) bytes.writeBigUInt64BE(wide, at);
    else bytes.writeBigUInt64LE(wide, at);
  } else if (bigEndian) bytes.writeUInt32BE(word, at);
  else bytes.writeUInt32LE(word, at);
}

/** Damage that knows nothing of the format: flipped bits, random and copied ranges, cuts, growth. */
export function spoilBytes(random: Random, bytes: Buffer): Buffer {
  if (bytes.length === 0) return bytes;
  const at = random.below(bytes.length);
  const length = Math.min(bytes.length - at, 1 + random.below(64));
  switch (random.below(7)) {
    case 0:
      bytes[at]! ^= 1 << random.below(8);
      return bytes;
    case 1:
      for (let i = at; i < at + length; i++) bytes[i] = random.below(256);
      return bytes;
    case 2:
      bytes.copyWithin(random.below(bytes.length), at, at + length);
      return bytes;
    case 3:
      return bytes.subarray(0, at);
    case 4:
      return bytes.subarray(at);
    case 5:
      return Buffer.concat([bytes.subarray(0, at), Buffer.alloc(length), bytes.subarray(at)]);
    default:
      return Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + length)]);
  }
}

/** Throws unless `holds`: what the code under test promised and did not keep. */
export function demand(holds: boolean, what: string): asserts holds {
  if (!holds) throw new Error(what);
}
