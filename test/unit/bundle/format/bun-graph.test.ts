import { expect, test } from 'vitest';
import { type BunGraph, readBunGraph } from '../../../../src/bundle/format/bun-graph.ts';
import {
  bunExecutable,
  type FakeModule,
  trailer,
} from '../../../support/executables/bun-executable.ts';
import { counted } from './counted.ts';

const two: FakeModule[] = [
  { name: '/$bunfs/root/cli', contents: 'first', bytecode: 40 },
  { name: '/$bunfs/root/chunk-a.js', contents: 'second one' },
];

/** Reads a graph and counts the bytes read. */
async function read(bytes: Buffer): Promise<{ graph: BunGraph; bytesRead: number }> {
  const { result, bytesRead } = await counted(bytes, (file) => readBunGraph(file, bytes.length));
  return { graph: result, bytesRead };
}

async function modulesOf(bytes: Buffer): Promise<string[]> {
  const { graph } = await read(bytes);
  if (graph.kind === 'none') throw new Error(graph.why);
  return graph.modules.map(({ name, contents: { position, length } }) => {
    return `${name}=${bytes.toString('latin1', position, position + length)}`;
  });
}

const expected = ['/$bunfs/root/cli=first', '/$bunfs/root/chunk-a.js=second one'];

test('reads names, contents and bytecode pair positions', async () => {
  const { bytes, table } = bunExecutable(two, { entry: 1, before: Buffer.alloc(500, 7) });
  const { graph } = await read(bytes);
  expect(await modulesOf(bytes)).toEqual(expected);
  expect(graph).toMatchObject({ kind: 'found', entry: 1 });
  if (graph.kind === 'none') return;
  const [first, second] = graph.modules;
  expect(first).toMatchObject({ encoding: 1, loader: 1, format: 1, bytecodePair: table + 24 });
  expect(second?.bytecodePair).toBe(table + 52 + 24);
  expect(bytes.readUInt32LE(first!.bytecodePair + 4)).toBe(40);
  expect(second?.bytecode.length).toBe(0);
});

test('Windows names and empty contents', async () => {
  const { bytes } = bunExecutable([{ name: 'B:/~BUN/root/cli', contents: '' }]);
  expect(await modulesOf(bytes)).toEqual(['B:/~BUN/root/cli=']);
});

test.each([36, 52] as const)('record size %i if both divide the table', async (recordSize) => {
  const modules = Array.from({ length: (36 * 52) / recordSize }, (_, index) => ({
    name: `/$bunfs/root/chunk-${index}.js`,
    contents: `${index}`,
    bytecode: index % 3,
  }));
  const { bytes } = bunExecutable(modules, { recordSize });
  const found = await modulesOf(bytes);
  expect(found).toHaveLength(modules.length);
  expect(found.at(-1)).toBe(`/$bunfs/root/chunk-${modules.length - 1}.js=${modules.length - 1}`);
});

test('bytecode may extend beyond its module, but not beyond the data', async () => {
  const { bytes, table, data, footer } = bunExecutable(two);
  bytes.writeUInt32LE(footer - data - bytes.readUInt32LE(table + 24), table + 28);
  expect(await modulesOf(bytes)).toEqual(expected);
  bytes.writeUInt32LE(footer - data - bytes.readUInt32LE(table + 24) + 1, table + 28);
  expect(await read(bytes)).toMatchObject({ graph: { kind: 'none' } });
});

test('the last valid trailer counts, wherever others are', async () => {
  const filler = Buffer.alloc(64, 0xff);
  const before = Buffer.concat([filler, Buffer.from(trailer), filler]);
  const zeros = Buffer.concat([Buffer.alloc(40), Buffer.from(trailer + trailer.slice(1))]);
  const { bytes } = bunExecutable(two, { before, after: Buffer.concat([before, zeros]) });
  expect(await modulesOf(bytes)).toEqual(expected);
});

test.each([-17, -16, -15, -8, -1, 0, 1])(
  'a trailer across the border of two blocks, at %i',
  async (shift) => {
    const { bytes, trailer: at } = bunExecutable(two);
    const block = 4 * 1024 * 1024;
    const after = Buffer.alloc(block - (bytes.length - at) + 16 + shift);
    const all = Buffer.concat([bytes, after]);
    expect(await modulesOf(all)).toEqual(expected);
  },
);

test('a truncated file has no graph, and reading it does not throw', async () => {
  const { bytes } = bunExecutable(two);
  for (let length = 0; length < bytes.length; length += 3) {
    const { graph } = await read(bytes.subarray(0, length));
    expect(graph.kind, `cut at ${length}`).toBe('none');
  }
});

type Fake = ReturnType<typeof bunExecutable>;
const damage: [string, RegExp, (fake: Fake) => void][] = [
  [
    'data that starts before the file',
    /starts before/,
    ({ bytes, footer }) => bytes.writeBigUInt64LE(0xffffffffffffffffn, footer),
  ],
  [
    'a table behind the data',
    /table is outside/,
    ({ bytes, footer }) => bytes.writeUInt32LE(0xffffffff, footer + 8),
  ],
  [
    'a table longer than the data',
    /table is outside/,
    ({ bytes, footer }) => bytes.writeUInt32LE(0xffffffff, footer + 12),
  ],
  ['an empty table', /is empty/, ({ bytes, footer }) => bytes.writeUInt32LE(0, footer + 12)],
  [
    'a table of no known record size',
    /record size/,
    ({ bytes, footer }) => bytes.writeUInt32LE(53, footer + 12),
  ],
  ['an invalid entry', /entry/, ({ bytes, footer }) => bytes.writeUInt32LE(2, footer + 16)],
  [
    'offset and length that only fit modulo 2^32',
    /module 0 points outside/,
    ({ bytes, table }) => {
      bytes.writeUInt32LE(0xffffffff, table + 8);
      bytes.writeUInt32LE(0x10, table + 12);
    },
  ],
  ['no name', /no name/, ({ bytes, table }) => bytes.writeUInt32LE(0, table + 4)],
  ['a binary name', /readable/, ({ bytes, data }) => bytes.fill(1, data, data + 3)],
  ['a name that is not UTF-8', /readable/, ({ bytes, data }) => bytes.fill(0xff, data, data + 3)],
  [
    'contents that are the table',
    /overlap/,
    ({ bytes, table, footer }) => bytes.copy(bytes, table + 8, footer + 8, footer + 16),
  ],
  [
    'two modules with the same contents',
    /overlap/,
    ({ bytes, table }) => bytes.copy(bytes, table + 52 + 8, table + 8, table + 16),
  ],
  [
    'an unknown encoding',
    /encoding or format/,
    ({ bytes, table }) => bytes.writeUInt8(9, table + 48),
  ],
  [
    'an unknown format',
    /encoding or format/,
    ({ bytes, table }) => bytes.writeUInt8(9, table + 50),
  ],
];

test.each(damage)('%s is refused', async (_, why, change) => {
  const fake = bunExecutable(two);
  change(fake);
  const { graph } = await read(fake.bytes);
  expect(graph).toMatchObject({ kind: 'none', why: expect.stringMatching(why) });
});

test('duplicate names are refused', async () => {
  const { bytes } = bunExecutable([two[0]!, two[0]!]);
  expect((await read(bytes)).graph).toMatchObject({ why: expect.stringMatching(/same name/) });
});

test('thousands of records that claim the whole file cost no more than the file', async () => {
  const modules = Array.from({ length: 5000 }, (_, index) => ({
    name: `m${index}`,
    contents: 'x',
  }));
  const { bytes, table, data } = bunExecutable(modules, { before: Buffer.alloc(1024 * 1024) });
  for (let at = table; at < table + 5000 * 52; at += 52) {
    bytes.writeUInt32LE(0, at + 8);
    bytes.writeUInt32LE(table - data, at + 12);
  }
  const { graph, bytesRead } = await read(bytes);
  expect(graph.kind).toBe('none');
  expect(bytesRead).toBeLessThan(2 * bytes.length);
});

test('a file full of trailers costs no more than the file', async () => {
  const bytes = Buffer.from(trailer.repeat(100_000));
  const { graph, bytesRead } = await read(bytes);
  expect(graph.kind).toBe('none');
  expect(bytesRead).toBeLessThan(2 * bytes.length);
});
