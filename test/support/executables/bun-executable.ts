/** One module of a fake Bun executable; the defaults are those of a chunk in a published build. */
export interface FakeModule {
  name: string;
  contents: string | Buffer;
  bytecode?: number;
  encoding?: number;
  loader?: number;
  format?: number;
}

export interface FakeOptions {
  recordSize?: 36 | 52;
  entry?: number;
  /** Bytes that stand before the data, after the executable's header. */
  before?: Buffer;
  /** Bytes that stand after the trailer. */
  after?: Buffer;
  header?: Buffer;
}

/** Where the parts of a fake executable lie, in bytes of the file. */
export interface FakeExecutable {
  bytes: Buffer;
  data: number;
  table: number;
  footer: number;
  trailer: number;
}

export const trailer = '\n---- Bun! ----\n';

const notice = '// (c) Anthropic PBC. All rights reserved.\n\n';

/** A module text that counts as Claude Code. */
export function claudeText(version: string, code = 'export const on=!1;'): string {
  return `// @bun @bytecode\n${notice}// Version: ${version}\n${code}`;
}

/**
 * A file with the layout that Bun writes (see src/bundle/format/bun-graph.ts): header, data with names,
 * contents and bytecode, module table, footer, trailer. The contents are the caller's.
 */
export function bunExecutable(
  modules: readonly FakeModule[],
  options: FakeOptions = {},
): FakeExecutable {
  const { recordSize = 52, entry = 0, header = elfHeader() } = options;
  const parts: Buffer[] = [];
  let length = 0;
  const put = (bytes: Buffer): [number, number] => {
    const pair: [number, number] = [length, bytes.length];
    // Bun ends each string with a zero byte.
    parts.push(bytes, Buffer.alloc(1));
    length += bytes.length + 1;
    return pair;
  };
  const records = modules.map((module) => {
    const contents = module.contents;
    const pairs = [
      put(Buffer.from(module.name)),
      put(typeof contents === 'string' ? Buffer.from(contents, 'latin1') : contents),
      [0, 0],
      module.bytecode === undefined ? [0, 0] : put(Buffer.alloc(module.bytecode, 0xbc)),
      [0, 0],
      [0, 0],
    ].slice(0, (recordSize - 4) / 8);
    const record = Buffer.alloc(recordSize);
    pairs.flat().forEach((value, index) => record.writeUInt32LE(value ?? 0, index * 4));
    const flags = [module.encoding ?? 1, module.loader ?? 1, module.format ?? 1, 0];
    flags.forEach((flag, index) => record.writeUInt8(flag, recordSize - 4 + index));
    return record;
  });
  const tableAt = length;
  const table = Buffer.concat(records);
  const footer = Buffer.alloc(32);
  footer.writeBigUInt64LE(BigInt(tableAt + table.length), 0);
  footer.writeUInt32LE(tableAt, 8);
  footer.writeUInt32LE(table.length, 12);
  footer.writeUInt32LE(entry, 16);
  const front = Buffer.concat([header, options.before ?? Buffer.alloc(0)]);
  const data = front.length;
  const bytes = Buffer.concat([front, ...parts, table, footer, Buffer.from(trailer)]);
  return {
    bytes: Buffer.concat([bytes, options.after ?? Buffer.alloc(0)]),
    data,
    table: data + tableAt,
    footer: data + tableAt + table.length,
    trailer: data + tableAt + table.length + 32,
  };
}

/** An ELF header with a program header for the loader's path and one for a segment of `length` bytes. */
export function elfHeader({
  machine = 62,
  loader = '/lib64/ld-linux-x86-64.so.2',
  length = 0,
} = {}): Buffer {
  const head = Buffer.alloc(64 + 2 * 56 + 64);
  head.write('\x7fELF\x02\x01\x01', 'latin1');
  head.writeUInt16LE(machine, 18);
  head.writeBigUInt64LE(64n, 32);
  head.writeUInt16LE(56, 54);
  head.writeUInt16LE(2, 56);
  head.writeUInt32LE(3, 64);
  head.writeBigUInt64LE(176n, 64 + 8);
  head.writeBigUInt64LE(BigInt(loader.length), 64 + 32);
  head.writeUInt32LE(1, 120);
  head.writeBigUInt64LE(BigInt(length), 120 + 32);
  head.write(loader, 176, 'latin1');
  return head;
}

/** A Mach-O 64 header with one segment that ends at `length`. */
export function machHeader({ cpu = 0x0100000c, length = 0 } = {}): Buffer {
  const head = Buffer.alloc(32 + 72);
  head.writeUInt32LE(0xfeedfacf, 0);
  head.writeUInt32LE(cpu, 4);
  head.writeUInt32LE(1, 16);
  head.writeUInt32LE(0x19, 32);
  head.writeUInt32LE(72, 36);
  head.writeBigUInt64LE(BigInt(length), 32 + 48);
  return head;
}

/** A PE header with one section that ends at `length`. */
export function peHeader({ machine = 0x8664, length = 0 } = {}): Buffer {
  const head = Buffer.alloc(64 + 24 + 40);
  head.write('MZ', 'latin1');
  head.writeUInt32LE(64, 0x3c);
  head.write('PE\0\0', 64, 'latin1');
  head.writeUInt16LE(machine, 68);
  head.writeUInt16LE(1, 70);
  head.writeUInt32LE(length, 88 + 16);
  return head;
}
