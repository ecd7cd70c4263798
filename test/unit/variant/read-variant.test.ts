import { cp, mkdir, readFile, rename, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { type Layout, layoutOf } from '../../../src/variant/layout.ts';
import { listVariants, readVariant, requireVariant } from '../../../src/variant/read-variant.ts';
import { type VariantRecord, defaultChoices } from '../../../src/variant/record.ts';
import { temporaryFolder } from '../../support/folder.ts';
import { failure } from '../../support/failure.ts';

const record: VariantRecord = {
  schemaVersion: 1,
  name: 'one',
  provider: 'mirror',
  baseUrl: null,
  configDir: '/c',
  launcher: '/l',
  claudeVersion: '2.1.16',
  platform: 'any',
  bundle: { kind: 'js', path: '/b/cli.js', sha256: '00' },
  capabilities: {
    tasks: { state: 'on', by: 'flip', means: 'm', reason: 'r' },
    teams: { state: 'absent', by: null, means: null, reason: 'r' },
  },
  packs: [],
  skills: [],
  agents: [],
  key: null,
  keepEnv: [],
  keyringEntries: [],
  env: {},
  written: { baseUrl: null, env: {} },
  owned: {},
  choices: { ...defaultChoices, skills: [] },
  notes: [],
  probe: null,
  retired: [],
  createdAt: '2026-01-01T00:00:00.000Z',
  updatedAt: '2026-01-01T00:00:00.000Z',
};

let layout: Layout;

beforeEach(async () => {
  const userHome = temporaryFolder();
  layout = layoutOf({ environment: {}, userHome, platform: 'linux' });
});

async function put(name: string, text: string): Promise<void> {
  await mkdir(join(layout.home, name), { recursive: true });
  await writeFile(join(layout.home, name, 'variant.json'), text);
}

const putRecord = (name: string, changes: object = {}): Promise<void> =>
  put(name, JSON.stringify({ ...record, name, ...changes }));

describe('a folder in the home', () => {
  it.each<[string, () => Promise<unknown>, object]>([
    ['no home', async () => {}, { kind: 'none' }],
    ['nothing', () => mkdir(layout.home), { kind: 'none' }],
    ['a variant', () => putRecord('one'), { kind: 'variant', record }],
    [
      'a variant of a later version of ours with more in it',
      () => putRecord('one', { more: 1 }),
      { kind: 'variant', record },
    ],
    [
      'an empty folder',
      () => mkdir(join(layout.home, 'one'), { recursive: true }),
      { kind: 'foreign', why: 'it holds no variant.json' },
    ],
    [
      'broken JSON',
      () => put('one', '{"schemaVersion":1,'),
      { kind: 'foreign', why: expect.stringContaining('JSON') },
    ],
    [
      'the record of another tool',
      () => put('one', '{"name":"one","provider":"zai","configDir":"/c","baseUrl":""}'),
      { kind: 'foreign', why: expect.stringContaining('schemaVersion') },
    ],
    [
      'a later format',
      () => putRecord('one', { schemaVersion: 2 }),
      { kind: 'foreign', why: expect.stringContaining('schemaVersion') },
    ],
    ['null', () => put('one', 'null'), { kind: 'foreign' }],
    [
      'a copy of another variant',
      () => put('one', JSON.stringify({ ...record, name: 'two' })),
      { kind: 'foreign', why: expect.stringContaining('that of two') },
    ],
    [
      'a file',
      async () => {
        await mkdir(layout.home);
        await writeFile(join(layout.home, 'one'), '');
      },
      { kind: 'foreign' },
    ],
    [
      'a link that leads nowhere',
      async () => {
        await mkdir(layout.home);
        await symlink('/nowhere/at/all', join(layout.home, 'one'));
      },
      { kind: 'foreign' },
    ],
  ])('%s', async (_, make, expected) => {
    await make();
    expect(readVariant(layout, 'one')).toMatchObject(expected);
  });
});

describe('the list', () => {
  it('is sorted by name and leaves out other folders', async () => {
    for (const name of ['zeta', 'alpha', 'Beta']) await putRecord(name);
    await putRecord('.staging-1');
    await put('broken', '{');
    await put('other-tool', '{"name":"other-tool"}');
    await mkdir(layout.providers);
    await writeFile(join(layout.home, 'file'), '');
    const names = listVariants(layout).map(({ name }) => name);
    expect(names).toEqual(['alpha', 'Beta', 'zeta']);
  });

  it('is empty without a home', async () => {
    expect(listVariants(layout)).toEqual([]);
  });

  it('leaves out a linked variant', async () => {
    await putRecord('one');
    const elsewhere = join(layout.home, '..', 'elsewhere');
    await rename(join(layout.home, 'one'), elsewhere);
    await symlink(elsewhere, join(layout.home, 'one'));
    await symlink('/nowhere/at/all', join(layout.home, 'two'));
    expect(listVariants(layout)).toEqual([]);
    const state = readVariant(layout, 'one');
    expect(state).toMatchObject({ kind: 'foreign', why: `it is a link to ${elsewhere}` });
  });

  it('does not list a copy as a second variant', async () => {
    await putRecord('one');
    await cp(join(layout.home, 'one'), join(layout.home, 'copy'), { recursive: true });
    expect(listVariants(layout).map(({ name }) => name)).toEqual(['one']);
  });
});

describe('a required variant', () => {
  it('is returned', async () => {
    await putRecord('one');
    expect(requireVariant(layout, 'one')).toEqual(record);
  });

  it('that is missing is reported with the existing names', async () => {
    const attempt = (): unknown => requireVariant(layout, 'one');
    const code = 'no-such-variant';
    expect(attempt).toThrow(
      expect.objectContaining({ code, hint: expect.stringContaining('quick') }),
    );
    await putRecord('two');
    expect(attempt).toThrow(expect.objectContaining({ code, hint: 'There are: two.' }));
  });

  it('that is unreadable is refused', async () => {
    await put('one', '{');
    const expected = failure('invalid-record', /one is not a variant/);
    expect(() => requireVariant(layout, 'one')).toThrow(expect.objectContaining(expected));
    expect(await readFile(join(layout.home, 'one', 'variant.json'), 'utf8')).toBe('{');
  });
});
