import { lstat, mkdir, readFile, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { endIntent, readJournal, turnBack, writeIntent } from '../../../src/transaction/journal.ts';
import { commit, recover, setAside, stagingOf } from '../../../src/transaction/transaction.ts';
import {
  allSteps,
  failing,
  interrupt,
  intent,
  newHome,
  stuckChange,
  treeAfter,
} from './fixture.ts';
import { treeOf, writeTree } from '../../support/folder.ts';
import { failure } from '../../support/failure.ts';

let home: string;
let staging: string;
const at = (path: string): string => join(home, path);

beforeEach(async () => {
  home = await newHome();
  staging = stagingOf(home);
});

describe('an interrupted run', () => {
  it('that has not started leaves nothing to do', async () => {
    const before = await treeOf(home);
    expect(await recover(home)).toBeNull();
    await mkdir(staging);
    expect(await recover(home)).toBeNull();
    expect(await treeOf(home)).toEqual(before);
  });

  it.each([
    ['truncated', '{"command":"upd'],
    ['empty', ''],
    ['something else', '[]'],
  ])('may have left an intent that is %s', async (_, text) => {
    await mkdir(staging);
    await writeFile(join(staging, 'intent.json'), text);
    expect(await recover(home)).toBeNull();
    expect(await readdir(home)).not.toContain('.staging');
  });

  it('without a journal has changed nothing', async () => {
    const before = await treeOf(home);
    await mkdir(staging);
    await writeIntent(staging, intent);
    await writeTree(staging, { 'one/variant.json': '{}', 'journal.tmp': '{"schemaVersion":1,' });
    expect(await recover(home)).toEqual({ ...intent, outcome: 'undone', left: [] });
    expect(await treeOf(home)).toEqual(before);
  });

  it.each([0, 1, 2, 3, 4])('with a journal and %i applied steps is finished', async (applied) => {
    const wanted = await treeAfter(home);
    await interrupt(home, await allSteps(home), applied);
    expect(await recover(home)).toEqual({ ...intent, outcome: 'finished', left: [] });
    expect(await treeOf(home)).toEqual(wanted);
    expect(await recover(home)).toBeNull();
  });

  it.each([0, 1, 2, 3, 4])('that was being undone after %i steps is undone', async (applied) => {
    const before = await treeOf(home);
    await interrupt(home, await allSteps(home), applied);
    await turnBack(staging);
    await turnBack(staging);
    expect(await recover(home)).toEqual({ ...intent, outcome: 'undone', left: [] });
    expect(await treeOf(home)).toEqual(before);
  });

  it('that was done is not reported as undone', async () => {
    await mkdir(staging, { mode: 0o700 });
    await writeIntent(staging, intent);
    const steps = await allSteps(home);
    await commit(staging, intent, steps);
    const done = await treeOf(home);
    expect(await recover(home)).toBeNull();
    const { '.staging': _, ...rest } = done;
    expect(await treeOf(home)).toEqual(rest);
  });

  it('without an intent is named by its journal', async () => {
    const steps = await allSteps(home);
    await interrupt(home, steps, steps.length);
    await endIntent(staging);
    expect(await recover(home)).toEqual({ ...intent, outcome: 'finished', left: [] });
  });

  it('with a step that now fails is undone', async () => {
    const steps = [...(await allSteps(home)), await failing(home)];
    const before = await treeOf(home);
    await interrupt(home, steps, 2);
    expect(await recover(home)).toMatchObject({ ...intent, outcome: 'undone' });
    expect(await treeOf(home)).toEqual(before);
  });

  it('is finished, except for what the user has changed since', async () => {
    await interrupt(home, await allSteps(home), 1);
    await writeFile(at('x/a'), 'mine');
    await writeFile(at('settings.json'), '{"mine":1,"z":2}');
    expect(await recover(home)).toMatchObject({ outcome: 'finished', left: [at('x/a')] });
    expect(await readFile(at('x/a'), 'utf8')).toBe('mine');
    const settings: unknown = JSON.parse(await readFile(at('settings.json'), 'utf8'));
    expect(settings).toEqual({ mine: 1, z: 2, o: 1 });
  });

  it('is undone, except for what the user has changed since', async () => {
    const steps = await allSteps(home);
    await interrupt(home, steps, steps.length);
    await turnBack(staging);
    await writeFile(at('file'), 'mine');
    await writeFile(at('settings.json'), '{"mine":1,"z":2,"o":1}');
    expect(await recover(home)).toMatchObject({ outcome: 'undone', left: [at('file')] });
    expect(await treeOf(home)).toMatchObject({
      file: 'file 600 mine',
      'settings.json': 'file 644 {"mine":1,"z":2}',
    });
  });

  it('that could not be finished reports what the user has changed', async () => {
    const steps = [...(await allSteps(home)), await failing(home)];
    await interrupt(home, steps, 1);
    await writeFile(at('file'), 'mine');
    const recovery = await recover(home);
    expect(recovery?.outcome).toBe('undone');
    expect(recovery?.left).toContain(at('file'));
    expect(await readFile(at('file'), 'utf8')).toBe('mine');
  });
});

it('a stuck journal is set aside unchanged', async () => {
  await interrupt(home, await stuckChange(home, 'x'), 0);
  await turnBack(staging);
  const before = await treeOf(staging);
  await expect(recover(home)).rejects.toMatchObject({ code: 'storage' });
  const kept = await setAside(home, new Date(0));
  expect(kept).toBe(at('.set-aside-1970-01-01T00-00-00-000Z'));
  expect(await treeOf(kept)).toEqual(before);
  expect((await lstat(kept)).mode & 0o077).toBe(0);
  expect(await recover(home)).toBeNull();
});

describe('a journal', () => {
  it('is for the owner only, as it may contain a key', async () => {
    await interrupt(home, await allSteps(home), 0);
    for (const name of ['intent.json', 'commit.json']) {
      expect((await lstat(join(staging, name))).mode & 0o777).toBe(0o600);
    }
  });

  it('is read as written, with its direction', async () => {
    const steps = await allSteps(home);
    await interrupt(home, steps, 0);
    const journal = { schemaVersion: 1, ...intent, steps };
    expect(readJournal(staging)).toMatchObject({ journal, direction: 'forward' });
    await turnBack(staging);
    expect(readJournal(staging)).toMatchObject({ journal, direction: 'back' });
    expect((await readdir(staging)).sort()).toEqual(['intent.json', 'undo.json']);
  });

  it('of a later cc-mirror is refused and stays', async () => {
    await mkdir(staging);
    await writeFile(join(staging, 'commit.json'), '{"schemaVersion":2}');
    const before = await treeOf(home);
    await expect(recover(home)).rejects.toMatchObject(
      failure('invalid-record', /commit\.json is not a journal/),
    );
    expect(await treeOf(home)).toEqual(before);
  });

  it.each(['{"schemaVersion":1,"steps":[{"kind":"fi', ''])(
    'truncated to %j does not count',
    async (text) => {
      const before = await treeOf(home);
      await mkdir(staging);
      await writeIntent(staging, intent);
      await writeFile(join(staging, 'commit.json'), text);
      expect(await recover(home)).toEqual({ ...intent, outcome: 'undone', left: [] });
      expect(await treeOf(home)).toEqual(before);
    },
  );
});
