import { Buffer } from 'node:buffer';
import {
  type FakeModule,
  bunExecutable,
  claudeText,
  elfHeader,
  machHeader,
  peHeader,
  trailer,
} from '../support/executables/bun-executable.ts';
import { spoilBytes, spoilField } from './bytes.ts';
import type { Random } from './random.ts';

const banner = claudeText('2.9.9');

/** A Bun executable, more or less spoilt. */
export function spoiltExecutable(random: Random): Buffer {
  if (random.once(400)) return manyTrailers(random);
  const { bytes: whole, data, table, footer, ...options } = executable(random);
  let bytes: Buffer = whole;
  const near = [data, table, footer, footer - data, table - data, bytes.length - data];
  for (let left = random.below(4); left > 0; left--) {
    const size = random.pick([options.recordSize, 4]);
    const records = Math.floor((footer - table) / options.recordSize);
    const inTable = table + random.below(records) * options.recordSize + random.below(13) * 4;
    const inFooter = footer + random.below(8) * 4;
    switch (random.below(6)) {
      case 0:
      case 1:
        spoilField(random, bytes, inTable, { near });
        break;
      case 2:
        spoilField(random, bytes, inFooter, { near });
        break;
      case 3: {
        // One record's numbers in another's place: parts that overlap or belong to two.
        const [from, to] = [random.below(records), random.below(records)];
        const start = table + from * options.recordSize;
        bytes.copyWithin(table + to * options.recordSize, start, start + size);
        break;
      }
      case 4: {
        const name = bytes.indexOf('/$bunfs');
        if (name >= 0) bytes[name + random.below(8)] = random.pick([0, 0x1f, 0x80, 0xc3, 0xff]);
        break;
      }
      default:
        bytes = spoilBytes(random, bytes);
    }
  }
  if (random.once(5)) bytes = Buffer.concat([bytes, spoilBytes(random, executable(random).bytes)]);
  return bytes;
}

/** The beginning of an executable of any of the three formats, spoilt. */
export function spoiltHead(random: Random): Buffer {
  const padding = Buffer.alloc(random.below(400), random.below(256));
  let head: Buffer = Buffer.concat([header(random), padding]);
  for (let left = random.below(5); left > 0; left--) {
    const at = random.pick([4, 16, 18, 20, 32, 36, 40, 54, 56, 58, 60, 64, 70, 72, 84, 96, 104]);
    if (random.once(4)) head = spoilBytes(random, head);
    else spoilField(random, head, random.once(3) ? random.below(200) : at);
  }
  return head;
}

function header(random: Random): Buffer {
  const length = random.pick([0, 0, 100, 1000, 2 ** 40]);
  return random.pick([
    () => elfHeader({ length, machine: random.pick([62, 183, 3]) }),
    () => elfHeader({ length, loader: '/lib/ld-musl-x86_64.so.1' }),
    () => machHeader({ length, cpu: random.pick([0x01000007, 0x0100000c, 7]) }),
    () => peHeader({ length: length % 2 ** 32, machine: random.pick([0x8664, 0xaa64, 0x14c]) }),
  ])();
}

function executable(random: Random) {
  const recordSize = random.pick([52, 36] as const);
  const count = random.once(30) ? 1 + random.below(300) : 1 + random.below(6);
  const modules = Array.from({ length: count }, (_, index) => fakeModule(random, index));
  const stale = random.once(8) ? Buffer.from(`code${trailer}`.repeat(1 + random.below(80))) : '';
  const made = bunExecutable(modules, {
    recordSize,
    entry: random.once(10) ? random.below(count + 2) : random.below(count),
    header: header(random),
    before: Buffer.from(stale),
    after: Buffer.alloc(random.once(4) ? random.below(200) : 0),
  });
  return { ...made, recordSize };
}

function fakeModule(random: Random, index: number): FakeModule {
  const text = index === 0 || random.once(3) ? banner : `var m${index}="${'x'.repeat(index)}";`;
  const encoding = random.pick([0, 1, 1, 2]);
  const scheme = encoding === 2 ? 'utf16le' : encoding === 1 ? 'latin1' : 'utf8';
  return {
    name: random.once(20) ? 'same' : `/$bunfs/root/${index ? `chunk-${index}.js` : 'cli'}`,
    contents: Buffer.from(text, scheme),
    encoding: random.once(30) ? random.below(256) : encoding,
    loader: random.once(5) ? random.below(12) : 1,
    format: random.once(30) ? random.below(256) : random.below(3),
    ...(random.once(2) && { bytecode: random.below(64) }),
  };
}

/**
 * The dearest file to reject: a large table that is good but for its last record, and many trailers
 * that all lead to it.
 */
function manyTrailers(random: Random): Buffer {
  const records = 1 + random.below(4 * 1024 * 1024 - 52) / 52;
  const table = Buffer.alloc(Math.floor(records) * 52);
  for (let at = 0; at + 52 <= table.length; at += 52) {
    [at / 52, 1, 0, 0].forEach((value, index) => table.writeUInt32LE(value, at + index * 4));
    table.set([1, 1, 1, 0], at + 48);
  }
  const last = random.pick(['encoding', 'name', 'offset']);
  if (last === 'encoding') table[table.length - 4] = 9;
  if (last === 'name') table.writeUInt32LE(0, table.length - 52);
  if (last === 'offset') table.writeUInt32LE(0xffffffff, table.length - 52 + 8);
  const names = Buffer.alloc(table.length / 52, 0x61);
  const parts = [names, table];
  let after = names.length + table.length;
  for (let left = 1 + random.below(80); left > 0; left--) {
    const footer = Buffer.alloc(32);
    footer.writeBigUInt64LE(BigInt(after), 0);
    footer.writeUInt32LE(names.length, 8);
    footer.writeUInt32LE(table.length, 12);
    parts.push(footer, Buffer.from(trailer));
    after += 32 + trailer.length;
  }
  return Buffer.concat(parts);
}
