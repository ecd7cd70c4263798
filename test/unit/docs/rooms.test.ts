import { readFile, readdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { fromPackage } from '../../../src/package-root.ts';

const contributing = await readFile(fromPackage('CONTRIBUTING.md'), 'utf8');

/** The rooms of CONTRIBUTING.md's table, each with its floor and sub-rooms. */
const rooms = new Map(
  [...contributing.matchAll(/^\| (\d+) \| `([a-z]+)\/`(.*?) \|/gm)].map(
    ([, floor, room = '', inside = '']) => [
      room,
      {
        floor: Number(floor),
        inside: [...inside.matchAll(/`([a-z-]+)\/`/g)].map(([, sub = '']) => sub),
      },
    ],
  ),
);

const names = [...rooms.keys()];
const floorOf = (room: string): number => rooms.get(room)?.floor ?? NaN;
const foldersIn = async (folder: string): Promise<string[]> =>
  (await readdir(folder, { withFileTypes: true }))
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name)
    .sort();

/** What the linter forbids the files of a room to import. */
async function forbidden(room: string): Promise<RegExp[]> {
  const config: {
    overrides: {
      files: string[];
      rules: { 'no-restricted-imports'?: [string, { patterns: { regex: string }[] }] };
    }[];
  } = JSON.parse(await readFile(fromPackage('.oxlintrc.json'), 'utf8'));
  return config.overrides
    .filter(({ files }) => files.includes(`src/${room}/**`))
    .flatMap(({ rules }) => rules['no-restricted-imports']?.[1].patterns ?? [])
    .map(({ regex }) => new RegExp(regex));
}

it('lists every room of src and its sub-rooms', async () => {
  expect([...names].sort()).toEqual(await foldersIn(fromPackage('src')));
  for (const [room, { inside }] of rooms) {
    expect([...inside].sort()).toEqual(await foldersIn(fromPackage('src', room)));
  }
});

describe.each(names)('%s', (room) => {
  it('may not import from its own floor or above, says the linter', async () => {
    const patterns = await forbidden(room);
    const others = names.filter((other) => other !== room && floorOf(other) >= floorOf(room));
    for (const other of others) {
      for (const way of [`../${other}/x.ts`, `../../${other}/sub/x.ts`]) {
        expect([way, patterns.some((pattern) => pattern.test(way))]).toEqual([way, true]);
      }
    }
  });

  it('imports only from floors below', async () => {
    const folder = fromPackage('src', room);
    const files = (await readdir(folder, { recursive: true })).filter((name) =>
      name.endsWith('.ts'),
    );
    for (const file of files) {
      const text = await readFile(fromPackage('src', room, file), 'utf8');
      for (const [, up = '', target = ''] of text.matchAll(/from '((?:\.\.\/)+)([a-z]+)\//g)) {
        if (up.length / 3 !== file.split(/[/\\]/).length) continue;
        expect([file, target, floorOf(target) < floorOf(room)]).toEqual([file, target, true]);
      }
    }
  });
});

it('draws rooms that exist', () => {
  const [, picture = ''] = /```mermaid\n(.*?)```/s.exec(contributing) ?? [];
  const drawn = [...picture.matchAll(/^ {2}(\w+) --(?: .+ --)?> (\w+)$/gm)].flatMap(
    ([, from, to]) => [from, to],
  );
  expect(drawn.length).toBeGreaterThan(10);
  expect(drawn.filter((room) => !names.includes(room ?? ''))).toEqual([]);
});

it('names files that exist', async () => {
  const files = (await readdir(fromPackage('src'), { recursive: true })).map((file) =>
    file.replaceAll('\\', '/'),
  );
  const named = [...contributing.matchAll(/`(?:src\/)?([\w/-]+\.ts)`/g)].map(
    ([, file = '']) => file,
  );
  const missing = named.filter(
    (file) =>
      !file.startsWith('test/') && !files.some((one) => one === file || one.endsWith(`/${file}`)),
  );
  expect(missing).toEqual([]);
});

it('has no circle of imports, types included', async () => {
  const root = fromPackage('src');
  const files = (await readdir(root, { recursive: true })).filter((name) => name.endsWith('.ts'));
  const imports = new Map<string, string[]>();
  for (const file of files) {
    const text = await readFile(join(root, file), 'utf8');
    const found = [...text.matchAll(/from '(\.[^']+)'/g)].map(([, to = '']) => to);
    imports.set(
      file,
      found.map((to) => join(dirname(file), to)),
    );
  }
  // What imports nothing that is left goes, until only circles are left.
  for (let size = -1; size !== imports.size;) {
    size = imports.size;
    for (const [file, targets] of imports) {
      if (!targets.some((target) => imports.has(target))) imports.delete(file);
    }
  }
  expect([...imports.keys()]).toEqual([]);
});

it.each(['src', 'test'])('%s has no flat folder over 16 files of code', async (root) => {
  const entries = await readdir(fromPackage(root), { recursive: true, withFileTypes: true });
  const folders = entries
    .filter(({ name }) => name.endsWith('.ts'))
    .map(({ parentPath }) => parentPath);
  const crowded = folders.filter((one) => folders.filter((other) => other === one).length > 16);
  expect([...new Set(crowded)]).toEqual([]);
});
