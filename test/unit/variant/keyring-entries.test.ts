import { cpSync } from 'node:fs';
import { cp, mkdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { failWriting, watchProcess } from '../../support/session/watch.ts';
import { look, newPatient } from '../doctor/look.ts';
import { entries, inMemory, refused } from './keyring.ts';
import { stagingOf } from '../../../src/transaction/transaction.ts';
import { recoverHome } from '../../../src/home/with-home.ts';
import { noteEntries, withKeyring } from '../../../src/variant/keyring-entries.ts';
import { requireVariant } from '../../../src/variant/read-variant.ts';
import { type World, create, newWorld, remove, rollback, update } from './world.ts';
import { CcMirrorError } from '../../../src/errors.ts';
import { failure } from '../../support/failure.ts';
import { treeOf } from '../../support/folder.ts';

vi.mock('../../../src/provider/keyring.ts', async (original) => ({
  ...(await original<typeof import('../../../src/provider/keyring.ts')>()),
  ...inMemory,
}));

const key = 'sk-test-of-old-0123456789';
const newKey = 'sk-test-of-new-0123456789';
const kept = { provider: 'zai', keyStore: 'keyring', key, prove: false } as const;

let world: World;
beforeEach(async () => {
  entries.clear();
  refused.clear();
  world = await newWorld();
});

const entryOf = (name = 'one', provider = 'zai'): string => `${name}:${provider}@${world.home}`;
const change = (wish: Parameters<typeof update>[1]) =>
  update(world, { prove: false, source: { kind: 'path', path: world.claude }, ...wish });

/** The files of the variant that hold a part of a key. */
async function holders(part = key.slice(-20)): Promise<string[]> {
  const base64 = Buffer.from(`${key}\n`).toString('base64');
  return Object.entries(await treeOf(world.home))
    .filter(([, text]) => text.includes(part) || text.includes(base64))
    .map(([path]) => path);
}

async function made(folder: string): Promise<string> {
  await mkdir(folder, { recursive: true });
  return folder;
}

describe('an entry of the keyring', () => {
  it('stays only while a state needs it', async () => {
    await create(world, kept);
    expect([...entries]).toEqual([[entryOf(), key]]);
    await change({ keyStore: 'env', keyFrom: 'ZAI_KEY' });
    expect([...entries.keys()]).toEqual([entryOf()]);
    await rollback(world);
    await rollback(world);
    expect([...entries.keys()]).toEqual([entryOf()]);
    await change({ keyHelper: 'pass zai' });
    expect([...entries]).toEqual([]);
  });

  it('that cannot be restored after a failure is named with both reasons', async () => {
    entries.set('one', key);
    const failed = withKeyring(
      { keep: { entry: 'one', key: newKey }, forget: [] },
      new AbortController().signal,
      () => {
        refused.add('one');
        return Promise.reject(new CcMirrorError('storage', 'The disk is full.'));
      },
    );
    await expect(failed).rejects.toMatchObject(
      failure('storage', /^The disk is full\. The keyring's entry one could not be restored: /),
    );
  });

  it('is removed with the variant in every state', async () => {
    await create(world, kept);
    await change({ provider: 'minimax', keyStore: 'keyring', key: newKey });
    expect([...entries.keys()]).toEqual([entryOf(), entryOf('one', 'minimax')]);
    expect(await remove(world)).toMatchObject({ note: null });
    expect([...entries]).toEqual([]);
  });

  it('that cannot be removed is retried, and does not block others', async () => {
    await create(world, kept);
    await change({ provider: 'minimax', keyStore: 'keyring', key: newKey });
    refused.add(entryOf());
    await change({ keyStore: 'env', keyFrom: 'KEY' });
    const record = await change({ keyHelper: 'pass minimax' });
    expect(record.keyringEntries).toEqual([entryOf()]);
    expect([...entries.keys()]).toEqual([entryOf()]);
    await create(world, { ...kept, name: 'two' });
    const { note } = await remove(world);
    expect(note).toBe(
      `The keyring cannot be used: locked. Entries of cc-mirror that remain: ${entryOf()}.`,
    );
    expect([...entries.keys()]).toEqual([entryOf(), entryOf('two')]);
  });

  /** Has a run end as if it were killed once the keyring has changed: nothing is undone. */
  async function cutOff(act: () => Promise<unknown>): Promise<void> {
    const staging = stagingOf(world.home);
    const copy = join(world.root, 'staging');
    const before = new Map(entries);
    let changed: Map<string, string> | undefined;
    const set = vi.spyOn(entries, 'set').mockImplementationOnce(function (this: never, ...entry) {
      changed = new Map([...before, entry]);
      cpSync(staging, copy, { recursive: true });
      throw new Error('killed');
    });
    await expect(act()).rejects.toMatchObject({ message: 'killed' });
    set.mockRestore();
    for (const [account, value] of changed ?? []) entries.set(account, value);
    await rename(copy, staging);
  }

  it('of an interrupted run is removed by the next one', async () => {
    await create(world, { ...kept, keyStore: 'file' });
    await cutOff(() => change({ keyStore: 'keyring' }));
    expect([...entries.keys()]).toEqual([entryOf()]);
    await recoverHome(world.around);
    expect([...entries]).toEqual([]);
  });

  it('that a record names survives an interrupted run', async () => {
    await create(world, kept);
    await cutOff(() => change({ key: newKey }));
    await recoverHome(world.around);
    expect([...entries.keys()]).toEqual([entryOf()]);
  });

  it('of an interrupted removal is removed by the next run', async () => {
    await create(world, kept);
    await noteEntries(await made(stagingOf(world.home)), [entryOf()]);
    await rm(join(world.home, 'one'), { recursive: true });
    await recoverHome(world.around);
    expect([...entries]).toEqual([]);
  });

  it('follows a moved home', async () => {
    await create(world, kept);
    const { name, provider } = requireVariant(world.around.layout, 'one');
    const moved = join(world.root, 'moved');
    await rename(world.home, moved);
    const layout = { ...world.around.layout, home: moved, store: join(moved, '.store') };
    await update(world, { prove: false }, { layout });
    expect([...entries]).toEqual([[`${name}:${provider}@${moved}`, key]]);
  });

  it('of a copied home stays with the original', async () => {
    await create(world, kept);
    const copy = join(world.root, 'copy');
    await cp(world.home, copy, { recursive: true });
    const layout = { ...world.around.layout, home: copy, store: join(copy, '.store') };
    const bin = join(world.root, 'other-bin');
    const around = { ...world.around, layout: { ...layout, bin, binChosen: true } };
    await update(world, { prove: false }, around);
    expect([...entries.keys()]).toEqual([entryOf(), `one:zai@${copy}`]);
    await remove({ ...world, around });
    expect([...entries.keys()]).toEqual([entryOf()]);
  });

  it('is removed even if the previous state is unreadable', async () => {
    await create(world, kept);
    await change({ keyStore: 'env', keyFrom: 'ZAI_KEY' });
    await writeFile(join(world.home, 'one', 'previous.json'), '{');
    await remove(world);
    expect([...entries]).toEqual([]);
  });

  it.each([
    ['made', () => create(world, { ...kept, key: newKey }), null],
    [
      'given another key',
      () => change({ keyStore: 'keyring', key: newKey, models: { default: 'm' } }),
      kept,
    ],
    ['used no more', () => change({ keyHelper: 'pass zai' }), kept],
  ])('is unchanged when the variant cannot be %s', async (_, act, before) => {
    watchProcess();
    if (before !== null) {
      await create(world, before);
      await change({ keyStore: 'env', keyFrom: 'ZAI_KEY' });
    }
    const there = [...entries];
    failWriting(/commit\.json|journal/, Object.assign(new Error('full'), { code: 'ENOSPC' }));
    await expect(act()).rejects.toThrow('full');
    failWriting(null);
    expect([...entries]).toEqual(there);
  });
});

describe('a key moved from its file to the keyring', () => {
  it.each(['zai', 'mirror'])('is in no file: %s', async (provider) => {
    await create(world, { provider, key, prove: false });
    expect(await holders()).not.toEqual([]);
    await change({ keyStore: 'keyring' });
    expect([await holders(), [...entries.values()]]).toEqual([[], [key]]);
  });

  it.each([
    ['zai', []],
    ['mirror', [key.slice(-20)]],
  ])('can be moved back: %s', async (provider, approved) => {
    await create(world, { provider, key, prove: false });
    await change({ keyStore: 'keyring' });
    expect(await rollback(world)).toMatchObject({ notes: [], left: [] });
    const secrets = join(world.home, 'one', 'secrets');
    expect(await readFile(secrets, 'utf8')).toBe(`${key}\n`);
    expect((await stat(secrets)).mode & 0o777).toBe(0o600);
    const text = await readFile(join(world.home, 'one', 'config', '.claude.json'), 'utf8');
    const state: { customApiKeyResponses?: { approved: string[] } } = JSON.parse(text);
    expect(state.customApiKeyResponses?.approved ?? []).toEqual(approved);
    await rollback(world);
    expect(await holders()).toEqual([]);
  });
});

describe('a key moved from its file to where cc-mirror cannot read it', () => {
  it('is gone, and a rollback says so', async () => {
    await create(world, { provider: 'zai', key, prove: false });
    await change({ keyHelper: 'pass zai' });
    expect(await holders()).toEqual([]);
    const { notes } = await rollback(world);
    expect(notes).toEqual([expect.stringMatching(/no key now.*update one --api-key-stdin$/)]);
    await change({ key });
    await rollback(world);
    expect((await holders()).filter((path) => !path.endsWith('previous.json'))).toEqual([]);
  });
});

it('the end of a replaced key is no longer approved', async () => {
  await create(world, { provider: 'mirror', key, prove: false });
  await change({ key: newKey });
  const state = join(world.home, 'one', 'config', '.claude.json');
  const text = await readFile(state, 'utf8');
  expect(text).toContain(newKey.slice(-20));
  expect(text).not.toContain(key.slice(-20));
});

describe('doctor', () => {
  it('reads the entry from the keyring', async () => {
    const patient = await newPatient({ ...kept, keyStore: 'keyring' });
    const { home } = patient.world;
    const findings = async () =>
      (await look(patient.world)).variants[0]?.findings.filter(({ check }) => check === 'key');
    entries.clear();
    const next = 'cc-mirror update one --key-store keyring --api-key-stdin';
    const message = `the keyring has no entry cc-mirror, one:zai@${home}`;
    expect(await findings()).toMatchObject([{ level: 'error', message, next }]);
    refused.add(`one:zai@${home}`);
    expect(await findings()).toMatchObject([
      { level: 'error', message: 'The keyring cannot be used: locked.', next: 'Unlock it' },
    ]);
  });
});
