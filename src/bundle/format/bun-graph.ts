import type { FileHandle } from 'node:fs/promises';
import { overlapping, readSpan, readSpans, type Span } from './file-spans.ts';

/** A module record of a Bun executable. Positions are byte offsets in the file. */
export interface BunModule {
  name: string;
  contents: Span;
  bytecode: Span;
  /** Position of the record's (offset, length) pair for the bytecode: 8 bytes. */
  bytecodePair: number;
  encoding: number;
  loader: number;
  format: number;
}

export type BunGraph =
  | { kind: 'found'; modules: BunModule[]; entry: number }
  | { kind: 'none'; why: string };

/**
 * Layout of Bun's standalone module graph, little endian, as measured in published builds:
 * data, then a footer of 32 bytes (u64 byte count; u32 table offset and length; u32 entry; u32 argv
 * offset and length; u32 flags), then the trailer. The table has one record per module: (offset,
 * length) pairs of u32 for name, contents, source map, bytecode and, in the longer form, module
 * info and bytecode origin; then one byte each for encoding (0 none, 1 Latin-1, 2 UTF-16), loader
 * (1 JavaScript), format (1 ES module, 2 CommonJS) and side. Offsets count from the start of the
 * data. In builds whose modules share one bytecode region, a bytecode pair extends beyond its own
 * module; names, contents and table never overlap.
 */
const TRAILER = Buffer.from('\n---- Bun! ----\n', 'latin1');
const FOOTER_BYTES = 32;
const RECORD_SIZES = [52, 36] as const;
const MAX_ENCODING = 2;
const MAX_FORMAT = 2;

/** For all tables tried together: twenty times the table of the largest published build. */
const MAX_TABLE = 4 * 1024 * 1024;
const MAX_NAME = 4096;
const MAX_TRAILERS = 64;
const BLOCK = 4 * 1024 * 1024;

/**
 * Reads the graph before the last valid trailer of the file. Bun's own code contains the trailer
 * string too, and stale copies can follow the valid one. Every offset is checked: the modules'
 * contents are within the file and do not overlap each other, the names or the table.
 */
export async function readBunGraph(file: FileHandle, size: number): Promise<BunGraph> {
  let first: BunGraph | undefined;
  let tried = 0;
  const budget = { tableBytes: MAX_TABLE };
  for await (const trailer of trailersFromEnd(file, size)) {
    const graph = await graphEndingAt(file, trailer, budget);
    if (graph.kind === 'found') return graph;
    first ??= graph;
    tried += 1;
    if (tried === MAX_TRAILERS) break;
  }
  return first ?? none('it holds no Bun module graph');
}

async function* trailersFromEnd(file: FileHandle, size: number): AsyncGenerator<number> {
  for (let end = size; end > 0; end -= BLOCK) {
    const start = Math.max(0, end - BLOCK);
    const stop = Math.min(end + TRAILER.length - 1, size);
    const block = await readSpan(file, { position: start, length: stop - start });
    let at = block.lastIndexOf(TRAILER);
    while (at >= 0) {
      yield start + at;
      at = at > 0 ? block.lastIndexOf(TRAILER, at - 1) : -1;
    }
  }
}

async function graphEndingAt(
  file: FileHandle,
  trailer: number,
  budget: { tableBytes: number },
): Promise<BunGraph> {
  const footerAt = trailer - FOOTER_BYTES;
  if (footerAt < 0) return none('its module graph is truncated');
  const footer = await readSpan(file, { position: footerAt, length: FOOTER_BYTES });
  const byteCount = footer.readBigUInt64LE(0);
  if (byteCount > BigInt(footerAt)) return none('its module graph starts before the file does');
  const data = { position: footerAt - Number(byteCount), length: Number(byteCount) };
  const table = within(data, footer.readUInt32LE(8), footer.readUInt32LE(12));
  if (!table) return none('its module table is outside the module graph');
  if (table.length === 0) return none('its module table is empty');
  if (table.length > budget.tableBytes) return none('its module table is too large');
  budget.tableBytes -= table.length;
  const bytes = await readSpan(file, table);
  const entry = footer.readUInt32LE(16);
  let first: BunGraph | undefined;
  for (const size of RECORD_SIZES) {
    if (bytes.length % size !== 0) continue;
    const modules = await readModules(file, bytes, size, data, table);
    if (typeof modules !== 'string') {
      if (entry >= modules.length) return none('its entry module does not exist');
      return { kind: 'found', modules, entry };
    }
    first ??= none(modules);
  }
  return first ?? none('its module table has no known record size');
}

/** The modules of a table with records of this size, or why there cannot be such records. */
async function readModules(
  file: FileHandle,
  bytes: Buffer,
  size: number,
  data: Span,
  table: Span,
): Promise<BunModule[] | string> {
  const records: (Omit<BunModule, 'name'> & { nameSpan: Span })[] = [];
  for (let at = 0; at < bytes.length; at += size) {
    const index = at / size;
    const pairs = readPairs(bytes.subarray(at, at + size - 4), data);
    const [nameSpan, contents, , bytecode] = pairs;
    if (!nameSpan || !contents || !bytecode || pairs.includes(null)) {
      return `module ${index} points outside the module graph`;
    }
    if (nameSpan.length === 0) return `module ${index} has no name`;
    if (nameSpan.length > MAX_NAME) return `the name of module ${index} is too long`;
    const [encoding = 0, loader = 0, format = 0] = bytes.subarray(at + size - 4);
    if (encoding > MAX_ENCODING || format > MAX_FORMAT) {
      return `module ${index} is in an unknown encoding or format`;
    }
    const bytecodePair = table.position + at + 24;
    records.push({ nameSpan, contents, bytecode, bytecodePair, encoding, loader, format });
  }
  const spans = records.flatMap(({ nameSpan, contents }) => [nameSpan, contents]);
  if (overlapping([table, ...spans])) return 'its modules overlap';
  const names = await readNames(
    file,
    records.map(({ nameSpan }) => nameSpan),
  );
  if (typeof names === 'string') return names;
  return records.map((record, index) => ({ ...record, name: names[index] ?? '' }));
}

function readPairs(bytes: Buffer, data: Span): (Span | null)[] {
  return Array.from({ length: bytes.length / 8 }, (_, index) =>
    within(data, bytes.readUInt32LE(index * 8), bytes.readUInt32LE(index * 8 + 4)),
  );
}

/** Module names are printable and unique; with a wrong record size they are not. */
async function readNames(file: FileHandle, spans: readonly Span[]): Promise<string[] | string> {
  const names = (await readSpans(file, spans)).map((bytes) => bytes.toString('utf8'));
  // eslint-disable-next-line no-control-regex -- matches names without control characters
  if (!names.every((name) => /^[^\u0000-\u001f\u007f\ufffd]+$/.test(name))) {
    return 'its module names are not readable';
  }
  return new Set(names).size === names.length ? names : 'two of its modules have the same name';
}

/** A span relative to the data as a span of the file; null if it is not within the data. */
function within(data: Span, offset: number, length: number): Span | null {
  if (offset + length > data.length) return null;
  return { position: data.position + offset, length };
}

function none(why: string): { kind: 'none'; why: string } {
  return { kind: 'none', why };
}
