import type { FileHandle } from 'node:fs/promises';

/** A module record of a Bun executable. Positions are byte offsets in the file. */
export interface BunModule {
  name: string;
  contents: Span;
  bytecode: Span;
  /** Where the record keeps its bytecode (offset, length) pair: 8 bytes. */
  bytecodePair: number;
  encoding: number;
  loader: number;
  format: number;
}

export interface Span {
  position: number;
  length: number;
}

/** The outcome of looking for a module graph. */
export type BunGraph =
  | { kind: 'found'; modules: BunModule[]; entry: number }
  | { kind: 'none'; why: string };

/**
 * Layout of Bun's standalone module graph, little endian, as it is found in published builds:
 * data, then a record of 32 bytes (u64 byte count; u32 table offset and length; u32 entry; u32 argv
 * offset and length; u32 flags), then the trailer. The table has one record a module: (offset,
 * length) pairs of u32 for name, contents, source map, bytecode and, in the longer form, module
 * info and bytecode origin; then a byte each for encoding, loader, format and side. Offsets count
 * from the start of the data.
 */
const TRAILER = Buffer.from('\n---- Bun! ----\n', 'latin1');
const FOOTER_BYTES = 32;
const RECORD_SIZES = [52, 36] as const;
const BLOCK = 4 * 1024 * 1024;
const MAX_TABLE = 16 * 1024 * 1024;
const MAX_NAME = 4096;

/** Reads the graph that the last valid trailer of the file ends. Every offset is checked. */
export async function readBunGraph(file: FileHandle, size: number): Promise<BunGraph> {
  let why = 'it holds no Bun module graph';
  for await (const trailer of trailersFromEnd(file, size)) {
    const graph = await graphEndingAt(file, trailer);
    if (graph.kind === 'found') return graph;
    why = graph.why;
  }
  return { kind: 'none', why };
}

async function* trailersFromEnd(file: FileHandle, size: number): AsyncGenerator<number> {
  for (let end = size; end > 0; end -= BLOCK) {
    const start = Math.max(0, end - BLOCK);
    const block = await readSpan(file, {
      position: start,
      length: Math.min(end + TRAILER.length - 1, size) - start,
    });
    for (
      let at = block.lastIndexOf(TRAILER);
      at >= 0;
      at = at > 0 ? block.lastIndexOf(TRAILER, at - 1) : -1
    ) {
      yield start + at;
    }
  }
}

async function graphEndingAt(file: FileHandle, trailer: number): Promise<BunGraph> {
  const footerAt = trailer - FOOTER_BYTES;
  if (footerAt < 0) return none('its module graph is cut off');
  const footer = await readSpan(file, { position: footerAt, length: FOOTER_BYTES });
  const byteCount = footer.readBigUInt64LE(0);
  if (byteCount > BigInt(footerAt)) return none('its module graph starts before the file does');
  const data = { position: footerAt - Number(byteCount), length: Number(byteCount) };
  const table = within(data, footer.readUInt32LE(8), footer.readUInt32LE(12));
  if (!table || table.length === 0 || table.length > MAX_TABLE) {
    return none('its module table lies outside the module graph');
  }
  const bytes = await readSpan(file, table);
  const entry = footer.readUInt32LE(16);
  let why = 'its module table has no known record size';
  for (const size of RECORD_SIZES) {
    if (bytes.length % size !== 0) continue;
    const records = readRecords(bytes, size, data, table.position);
    if (typeof records === 'string') {
      why = records;
      continue;
    }
    const names = await readNames(file, records);
    if (!names) {
      why = 'its module names are not readable';
      continue;
    }
    if (entry >= records.length) return none('its entry module does not exist');
    const modules = records.map((record, index) => ({ ...record, name: names[index] ?? '' }));
    return { kind: 'found', modules, entry };
  }
  return none(why);
}

type BunRecord = Omit<BunModule, 'name'> & { nameSpan: Span };

/** The records of a table, or why they cannot be of this size. */
function readRecords(
  table: Buffer,
  size: number,
  data: Span,
  tableAt: number,
): BunRecord[] | string {
  const records: BunRecord[] = [];
  const flags = size - 4;
  for (let at = 0; at < table.length; at += size) {
    const pair = (index: number): Span | null =>
      within(data, table.readUInt32LE(at + index * 8), table.readUInt32LE(at + index * 8 + 4));
    const spans = Array.from({ length: flags / 8 }, (_, index) => pair(index));
    const [nameSpan, contents, , bytecode] = spans;
    if (!nameSpan || !contents || !bytecode || spans.includes(null)) {
      return `module ${at / size} points outside the module graph`;
    }
    if (nameSpan.length === 0 || nameSpan.length > MAX_NAME)
      return `module ${at / size} has no name`;
    records.push({
      nameSpan,
      contents,
      bytecode,
      bytecodePair: tableAt + at + 24,
      encoding: table.readUInt8(at + flags),
      loader: table.readUInt8(at + flags + 1),
      format: table.readUInt8(at + flags + 2),
    });
  }
  return records;
}

/** Module names are printable paths; null if one is not, which tells a wrong record size. */
async function readNames(
  file: FileHandle,
  records: readonly BunRecord[],
): Promise<string[] | null> {
  const buffers = await readSpans(
    file,
    records.map(({ nameSpan }) => nameSpan),
  );
  const names = buffers.map((bytes) => bytes.toString('utf8'));
  // eslint-disable-next-line no-control-regex -- control characters are what is looked for
  return names.every((name) => /^[^\u0000-\u001f\u007f\ufffd]+$/.test(name)) ? names : null;
}

/** A span relative to the data, as a span of the file; null if it does not lie within the data. */
function within(data: Span, offset: number, length: number): Span | null {
  if (offset + length > data.length) return null;
  return { position: data.position + offset, length };
}

function none(why: string): BunGraph {
  return { kind: 'none', why };
}

const GAP = 64 * 1024;
const MAX_RUN = 256 * 1024 * 1024;

/**
 * Reads many spans with few reads: neighbours share one buffer, of which each result is a view.
 * The spans may come in any order and overlap.
 */
export async function readSpans(file: FileHandle, spans: readonly Span[]): Promise<Buffer[]> {
  const order = spans
    .map((span, index) => ({ ...span, index }))
    .sort((a, b) => a.position - b.position);
  const results: Buffer[] = Array.from({ length: spans.length });
  for (let i = 0; i < order.length;) {
    const start = order[i]?.position ?? 0;
    let end = start;
    let next = i;
    for (; next < order.length; next++) {
      const span = order[next];
      if (
        !span ||
        (next > i && (span.position > end + GAP || span.position + span.length - start > MAX_RUN))
      )
        break;
      end = Math.max(end, span.position + span.length);
    }
    const run = await readSpan(file, { position: start, length: end - start });
    for (const { index, position, length } of order.slice(i, next)) {
      results[index] = run.subarray(position - start, position - start + length);
    }
    i = next;
  }
  return results;
}

async function readSpan(file: FileHandle, { position, length }: Span): Promise<Buffer> {
  const buffer = Buffer.allocUnsafe(length);
  let done = 0;
  while (done < length) {
    const { bytesRead } = await file.read(buffer, done, length - done, position + done);
    if (bytesRead === 0) break;
    done += bytesRead;
  }
  return buffer.subarray(0, done);
}
