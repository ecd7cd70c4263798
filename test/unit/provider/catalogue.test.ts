import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { beforeEach, describe, expect, test } from 'vitest';

import {
  findPreset,
  loadCatalogue,
  readNamed,
  shippedPresets,
} from '../../../src/provider/catalogue.ts';
import { temporaryFolder } from '../../support/folder.ts';

let folder = '';
beforeEach(() => {
  folder = temporaryFolder();
});

/** Writes one folder of presets; a value is a list of changes to a minimal preset, or raw text. */
async function presets(name: string, files: Record<string, object | string>): Promise<string> {
  const path = join(folder, name);
  await mkdir(path);
  for (const [id, changes] of Object.entries(files)) {
    const preset = { id, name: id, description: id, baseUrl: null, auth: { type: 'login' } };
    const text = typeof changes === 'string' ? changes : JSON.stringify({ ...preset, ...changes });
    await writeFile(join(path, `${id}.json`), text);
  }
  return path;
}

describe('the shipped presets', () => {
  test('are valid, dated and named like their files', async () => {
    const { entries, broken } = loadCatalogue({ shipped: shippedPresets, user: null });
    expect(broken).toEqual([]);
    const files = (await readdir(shippedPresets)).filter((name) => name.endsWith('.json')).sort();
    expect(entries.map(({ preset }) => `${preset.id}.json`).sort()).toEqual(files);
    for (const { preset, source, file } of entries) {
      expect(source).toBe('shipped');
      expect(file).toBe(join(shippedPresets, `${preset.id}.json`));
      expect(preset.source?.date).toMatch(/^202\d-/);
    }
  });

  test('include those of the first release', () => {
    const catalogue = loadCatalogue({ shipped: shippedPresets, user: null });
    const ids = catalogue.entries.map(({ preset }) => preset.id);
    expect(ids).toEqual(
      expect.arrayContaining(['custom', 'litellm', 'minimax', 'mirror', 'openrouter', 'zai']),
    );
    expect(findPreset(catalogue, 'glm').preset.id).toBe('zai');
  });
});

test('does not need a user’s folder', async () => {
  const shipped = await presets('shipped', { a: {} });
  const catalogue = loadCatalogue({ shipped, user: join(folder, 'absent') });
  expect(catalogue.entries).toHaveLength(1);
});

test('reads only .json files', async () => {
  const shipped = await presets('shipped', { a: {} });
  await writeFile(join(shipped, 'README.md'), '#');
  await writeFile(join(shipped, '._a.json'), '\0');
  expect(loadCatalogue({ shipped, user: null }).entries).toHaveLength(1);
});

test('prefers the user’s preset of the same id, and sorts by id', async () => {
  const shipped = await presets('shipped', { b: {}, a: { name: 'Shipped' } });
  const user = await presets('user', { a: { name: 'Mine' }, c: {} });
  const catalogue = loadCatalogue({ shipped, user });
  expect(catalogue.entries.map(({ preset, source }) => [preset.id, source])).toEqual([
    ['a', 'user'],
    ['b', 'shipped'],
    ['c', 'user'],
  ]);
  expect(findPreset(catalogue, 'a').preset.name).toBe('Mine');
});

test('gives a shipped alias to the user’s preset that uses it', async () => {
  const shipped = await presets('shipped', { zai: { aliases: ['glm', 'z'] } });
  const user = await presets('user', { glm: {} });
  const catalogue = loadCatalogue({ shipped, user });
  expect(findPreset(catalogue, 'glm').source).toBe('user');
  expect(findPreset(catalogue, 'z').preset.id).toBe('zai');
});

test.each([
  ['an alias twice', { a: { aliases: ['x'] }, b: { aliases: ['x'] } }],
  ['an alias that is an id', { a: { aliases: ['b'] }, b: {} }],
  ['an alias that is its own id', { a: { aliases: ['a'] } }],
])('refuses %s', async (_case, files) => {
  const shipped = await presets('shipped', files);
  expect(() => loadCatalogue({ shipped, user: null })).toThrow(
    expect.objectContaining({
      code: 'invalid-preset',
      message: expect.stringContaining('already names the provider in'),
    }),
  );
});

test('prefers the user’s alias to a shipped preset of that id, which a later cc-mirror may bring', async () => {
  const shipped = await presets('shipped', { a: {}, b: {} });
  const user = await presets('user', { mine: { aliases: ['a'] } });
  const catalogue = loadCatalogue({ shipped, user });
  expect(findPreset(catalogue, 'a').preset.id).toBe('mine');
  expect(catalogue.entries.map(({ preset }) => preset.id)).toEqual(['b', 'mine']);
});

test('a name that two of the user’s presets share stops only the second', async () => {
  const shipped = await presets('shipped', { a: {} });
  const user = await presets('user', { one: { aliases: ['x'] }, two: { aliases: ['x'] } });
  const catalogue = loadCatalogue({ shipped, user });
  expect(findPreset(catalogue, 'x').preset.id).toBe('one');
  expect(findPreset(catalogue, 'a').preset.id).toBe('a');
  expect(() => findPreset(catalogue, 'two')).toThrow(
    expect.objectContaining({
      code: 'invalid-preset',
      message: expect.stringContaining('"x" already names the provider in'),
    }),
  );
});

describe('a broken file', () => {
  const use = (user: string, id: string): unknown =>
    findPreset(loadCatalogue({ shipped: shippedPresets, user }), id);
  const refusal = (expected: object): object => expect.objectContaining(expected);

  test('is an error only for those who want that preset', async () => {
    const user = await presets('user', { mine: '{', zai: '[]' });
    expect(use(user, 'mirror')).toMatchObject({ source: 'shipped' });
    expect(() => use(user, 'Mine')).toThrow(
      refusal({
        code: 'invalid-preset',
        message: `${join(user, 'mine.json')}:1:2 is not valid JSON`,
        hint: expect.stringContaining('mine.json'),
      }),
    );
    expect(() => use(user, 'zai')).toThrow(refusal({ code: 'invalid-preset' }));
    const { broken } = loadCatalogue({ shipped: shippedPresets, user });
    expect(broken.map(({ id }) => id)).toEqual(['mine', 'zai']);
  });

  test('may have an id that is not its name', async () => {
    const user = await presets('user', { mine: { id: 'zai' } });
    expect(() => use(user, 'mine')).toThrow(
      refusal({
        code: 'invalid-preset',
        message: `${join(user, 'mine.json')}: id is "zai", but must be the file's name without .json`,
      }),
    );
  });

  test('may be a folder', async () => {
    const user = await presets('user', {});
    await mkdir(join(user, 'folder.json'));
    expect(() => use(user, 'folder')).toThrow(refusal({ code: 'storage' }));
  });
});

test('refuses a folder that cannot be read', () => {
  const absent = join(folder, 'absent');
  expect(() => loadCatalogue({ shipped: absent, user: null })).toThrow(
    expect.objectContaining({ code: 'storage', hint: expect.stringContaining(absent) }),
  );
});

describe('findPreset', () => {
  test('takes ids and aliases in any case', () => {
    const catalogue = loadCatalogue({ shipped: shippedPresets, user: null });
    expect(findPreset(catalogue, 'ZAI').preset.id).toBe('zai');
  });

  test.each([
    ['minmax', 'Did you mean minimax? Known providers: aihubmix, '],
    ['openruoter', 'Did you mean openrouter? '],
    ['xyzzy', 'Known providers: aihubmix, '],
  ])('refuses %s, with a hint', (typed, hint) => {
    const catalogue = loadCatalogue({ shipped: shippedPresets, user: null });
    expect(() => findPreset(catalogue, typed)).toThrow(
      expect.objectContaining({
        code: 'no-such-provider',
        message: `There is no provider named "${typed}"`,
        hint: expect.stringMatching(new RegExp(`^${hint.replace('?', '\\?')}`)),
      }),
    );
  });
});

describe('a preset read by its name', () => {
  test('is the one of the catalogue, by id and alias', () => {
    const folders = { shipped: shippedPresets, user: null };
    const catalogue = loadCatalogue(folders);
    const names = catalogue.entries.flatMap(({ preset }) => [preset.id, ...preset.aliases]);
    for (const name of [...names, 'ZAI']) {
      expect(readNamed(folders, name)).toEqual(findPreset(catalogue, name));
    }
    expect(() => readNamed(folders, 'zia')).toThrow(/There is no provider named "zia"/);
  });

  test('is the user’s where one has that id or alias, and a broken file is told as ever', async () => {
    const shipped = await presets('shipped', { one: {}, two: {}, bad: '{' });
    const user = await presets('user', { mine: { aliases: ['one'] } });
    expect(readNamed({ shipped, user }, 'one')).toMatchObject({ source: 'user' });
    expect(readNamed({ shipped, user }, 'two')).toMatchObject({ source: 'shipped' });
    for (const folders of [
      { shipped, user },
      { shipped, user: null },
    ]) {
      expect(() => readNamed(folders, 'bad')).toThrow(/bad\.json/);
    }
  });
});
