import { lstat, mkdir, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { Changes } from '../../../src/transaction/changes.ts';
import {
  endIntent,
  readIntent,
  readJournal,
  turnBack,
  writeIntent,
  writeJournal,
} from '../../../src/transaction/journal.ts';
import type { Step } from '../../../src/transaction/step.ts';
import { takeStep } from '../../../src/transaction/apply-step.ts';
import {
  commit,
  recover,
  setAside,
  stagingOf,
  withStaging,
} from '../../../src/transaction/transaction.ts';
import { failure, temporaryFolder, treeOf, writeTree } from '../bundle/folder.ts';

const intent = { command: 'update', name: 'one' };
let home: string;
let staging: string;
const at = (path: string): string => join(home, path);

beforeEach(async () => {
  home = await temporaryFolder();
  staging = stagingOf(home);
  await writeTree(home, { file: 'old', 'x/a': 'a', 'settings.json': '{"z":1}', 'f/g': 'g' });
});

/** Steps of every kind. */
async function allSteps(): Promise<Step[]> {
  const changes = new Changes();
  changes.write(at('file'), 'new', 0o600);
  changes.remove(at('x/a'), home);
  changes.merge(at('settings.json'), { o: 1 }, null);
  changes.move(at('f'), at('moved'));
  return changes.steps([home]);
}

/** A step that fails: where it is to write a file, a folder has come up. */
async function failing(): Promise<Step> {
  const changes = new Changes();
  changes.merge(at('broken.json'), { a: 1 }, null);
  const [step] = await changes.steps([home]);
  await writeFile(at('broken.json'), '{');
  return step!;
}

/** What a run has left that was cut off with its journal written and so many steps taken. */
async function cutOff(steps: readonly Step[], taken: number): Promise<void> {
  await mkdir(staging, { mode: 0o700 });
  await writeIntent(staging, intent);
  await writeJournal(staging, { ...intent, steps: [...steps] });
  for (const step of steps.slice(0, taken)) await takeStep(step, 'forward');
}

async function after(): Promise<Record<string, string>> {
  const { 'x/a': _, x: __, f, 'f/g': g, ...rest } = await treeOf(home);
  return {
    ...rest,
    file: 'file 600 new',
    'settings.json': 'file 644 {"z":1,"o":1}',
    moved: f!,
    'moved/g': g!,
  };
}

describe('a run', () => {
  it('has an empty folder for itself, with what it is about to do', async () => {
    const before = await treeOf(home);
    await withStaging(home, intent, async (folder) => {
      expect(folder).toBe(staging);
      expect(await readdir(folder)).toEqual(['intent.json']);
      expect(await readIntent(folder)).toEqual(intent);
      expect((await lstat(folder)).mode & 0o777).toBe(0o700);
    });
    expect(await treeOf(home)).toEqual(before);
  });

  it('that fails leaves nothing', async () => {
    const before = await treeOf(home);
    const bad = new Error('bad');
    const act = (folder: string): Promise<never> =>
      writeFile(join(folder, 'x'), 'x').then(() => Promise.reject(bad));
    await expect(withStaging(home, intent, act)).rejects.toBe(bad);
    expect(await treeOf(home)).toEqual(before);
  });

  it('takes all steps', async () => {
    const wanted = await after();
    const steps = await allSteps();
    expect(await withStaging(home, intent, (folder) => commit(folder, intent, steps))).toEqual([]);
    expect(await treeOf(home)).toEqual(wanted);
    expect(await recover(home)).toBeNull();
  });

  it('writes no journal where there is nothing to do', async () => {
    await mkdir(staging);
    expect(await commit(staging, intent, [])).toEqual([]);
    expect(await readdir(staging)).toEqual([]);
  });

  it('tells what somebody else has changed meanwhile, and goes on', async () => {
    const steps = await allSteps();
    await writeFile(at('file'), 'mine');
    const left = await withStaging(home, intent, (folder) => commit(folder, intent, steps));
    expect(left).toEqual([at('file')]);
    expect(await readFile(at('file'), 'utf8')).toBe('mine');
    expect(await readFile(at('moved/g'), 'utf8')).toBe('g');
  });

  it('takes all steps back when one fails, with its own error', async () => {
    const steps = [...(await allSteps()), await failing()];
    const before = await treeOf(home);
    const attempt = withStaging(home, intent, (folder) => commit(folder, intent, steps));
    await expect(attempt).rejects.toMatchObject(failure('invalid-record', /not valid JSON/));
    expect(await treeOf(home)).toEqual(before);
  });

  it('that can go neither way keeps its journal, and the next one ends it', async () => {
    const before = await treeOf(home);
    const [file, ...others] = await allSteps();
    // The file becomes a folder while the steps are taken: nothing can be put back there.
    const blocking = { path: at('file'), by: join(staging, 'folder') };
    const steps = [file!, ...others, await failing()];
    await rm(at('broken.json'));
    const attempt = withStaging(home, intent, async (folder) => {
      await cutIn(blocking);
      await writeFile(at('broken.json'), '{');
      return commit(folder, intent, steps);
    });
    await expect(attempt).rejects.toMatchObject(
      failure('storage', /Not everything of one could be put back: .*file is a folder/),
    );
    expect((await readJournal(staging))?.direction).toBe('back');

    await expect(recover(home)).rejects.toMatchObject(failure('storage', /file is a folder/));
    expect(await readdir(staging)).toContain('undo.json');
    await rm(at('file'), { recursive: true });
    await writeFile(at('file'), 'old');
    expect(await recover(home)).toEqual({
      ...intent,
      outcome: 'undone',
      left: [at('broken.json')],
    });
    await rm(at('broken.json'));
    expect(await treeOf(home)).toEqual(before);
  });
});

/** A change of `name` whose commit fails, and whose undo does: a folder comes up where the file was. */
async function stuckChange(name: string): Promise<Step[]> {
  await writeTree(home, { [`${name}/file`]: 'old', [`${name}/broken.json`]: '{}' });
  const changes = new Changes();
  changes.write(at(`${name}/file`), 'new');
  changes.merge(at(`${name}/broken.json`), { a: 1 }, null);
  const steps = await changes.steps([home]);
  await writeFile(at(`${name}/broken.json`), '{');
  await cutIn({ path: at(`${name}/file`) });
  return steps;
}

describe('two changes of one run', () => {
  it('that can go neither way: the second does not begin, and the first is undone later', async () => {
    const [first, second] = [await stuckChange('first'), await stuckChange('second')];
    const before = await treeOf(home);
    await withStaging(home, intent, async (folder) => {
      await expect(commit(folder, { ...intent, name: 'first' }, first)).rejects.toMatchObject(
        failure('storage', /Not everything of first could be put back/),
      );
      const journal = await treeOf(folder);
      await expect(commit(folder, { ...intent, name: 'second' }, second)).rejects.toMatchObject(
        failure('storage', /A change before this one could be neither finished nor undone/),
      );
      expect(await treeOf(folder)).toEqual(journal);
    });
    expect((await readJournal(staging))?.journal).toMatchObject({ name: 'first', steps: first });
    const rejected = failure('storage', /update one had begun .*first\/file is a folder/);
    await expect(recover(home)).rejects.toMatchObject(rejected);
    await rm(at('first/file'), { recursive: true });
    await writeFile(at('first/file'), 'new');
    expect(await recover(home)).toMatchObject({ outcome: 'undone' });
    expect(await treeOf(home)).toEqual({ ...before, 'first/file': 'file 644 old' });

    await rm(at('second/file'), { recursive: true });
    await writeFile(at('second/file'), 'old');
    await writeFile(at('second/broken.json'), '{}');
    const again = withStaging(home, intent, (folder) => commit(folder, intent, second));
    expect(await again).toEqual([]);
    expect(await readFile(at('second/file'), 'utf8')).toBe('new');
  });

  it('of which the first can be taken back: the second is made', async () => {
    const failed = [...(await allSteps()), await failing()];
    await withStaging(home, intent, async (folder) => {
      await expect(commit(folder, intent, failed)).rejects.toMatchObject({
        code: 'invalid-record',
      });
      expect(await commit(folder, intent, await allSteps())).toEqual([]);
    });
    expect(await readFile(at('file'), 'utf8')).toBe('new');
    expect(await recover(home)).toBeNull();
  });
});

it('a journal that nothing can be done with is put aside, whole', async () => {
  await cutOff(await stuckChange('x'), 0);
  await turnBack(staging);
  const before = await treeOf(staging);
  await expect(recover(home)).rejects.toMatchObject({ code: 'storage' });
  const kept = await setAside(home, new Date(0));
  expect(kept).toBe(at('.set-aside-1970-01-01T00-00-00-000Z'));
  expect(await treeOf(kept)).toEqual(before);
  expect((await lstat(kept)).mode & 0o077).toBe(0);
  expect(await recover(home)).toBeNull();
});

/** Puts a folder in the place of a file. */
async function cutIn({ path }: { path: string }): Promise<void> {
  await rm(path);
  await mkdir(path);
}

describe('a run that was cut off', () => {
  it('before it was about to do anything leaves nothing to be done', async () => {
    const before = await treeOf(home);
    expect(await recover(home)).toBeNull();
    await mkdir(staging);
    expect(await recover(home)).toBeNull();
    expect(await treeOf(home)).toEqual(before);
  });

  it.each([
    ['cut off', '{"command":"upd'],
    ['empty', ''],
    ['of something else', '[]'],
  ])('may have left its intent %s', async (_, text) => {
    await mkdir(staging);
    await writeFile(join(staging, 'intent.json'), text);
    expect(await recover(home)).toBeNull();
    expect(await readdir(home)).not.toContain('.staging');
  });

  it('without a journal has done nothing, whatever it had staged', async () => {
    const before = await treeOf(home);
    await mkdir(staging);
    await writeIntent(staging, intent);
    await writeTree(staging, { 'one/variant.json': '{}', 'journal.tmp': '{"schemaVersion":1,' });
    expect(await recover(home)).toEqual({ ...intent, outcome: 'undone', left: [] });
    expect(await treeOf(home)).toEqual(before);
  });

  it.each([0, 1, 2, 3, 4])('with a journal and %i steps taken is finished', async (taken) => {
    const wanted = await after();
    await cutOff(await allSteps(), taken);
    expect(await recover(home)).toEqual({ ...intent, outcome: 'finished', left: [] });
    expect(await treeOf(home)).toEqual(wanted);
    expect(await recover(home)).toBeNull();
  });

  it.each([0, 1, 2, 3, 4])('while it went back, after %i steps, is undone', async (taken) => {
    const before = await treeOf(home);
    await cutOff(await allSteps(), taken);
    await turnBack(staging);
    await turnBack(staging);
    expect(await recover(home)).toEqual({ ...intent, outcome: 'undone', left: [] });
    expect(await treeOf(home)).toEqual(before);
  });

  it('when it was done is told of as nothing that was undone', async () => {
    await mkdir(staging, { mode: 0o700 });
    await writeIntent(staging, intent);
    const steps = await allSteps();
    await commit(staging, intent, steps);
    const done = await treeOf(home);
    expect(await recover(home)).toBeNull();
    const { '.staging': _, ...rest } = done;
    expect(await treeOf(home)).toEqual(rest);
  });

  it('between the end of what it was about and that of its journal is finished by its name', async () => {
    const steps = await allSteps();
    await cutOff(steps, steps.length);
    await endIntent(staging);
    expect(await recover(home)).toEqual({ ...intent, outcome: 'finished', left: [] });
  });

  it('with a step that fails now is undone', async () => {
    const steps = [...(await allSteps()), await failing()];
    const before = await treeOf(home);
    await cutOff(steps, 2);
    expect(await recover(home)).toMatchObject({ ...intent, outcome: 'undone' });
    expect(await treeOf(home)).toEqual(before);
  });

  it('is finished around what the user has changed since', async () => {
    await cutOff(await allSteps(), 1);
    await writeFile(at('x/a'), 'mine');
    await writeFile(at('settings.json'), '{"mine":1,"z":2}');
    expect(await recover(home)).toMatchObject({ outcome: 'finished', left: [at('x/a')] });
    expect(await readFile(at('x/a'), 'utf8')).toBe('mine');
    const settings: unknown = JSON.parse(await readFile(at('settings.json'), 'utf8'));
    expect(settings).toEqual({ mine: 1, z: 2, o: 1 });
  });

  it('is undone around what the user has changed since, which is told', async () => {
    const steps = await allSteps();
    await cutOff(steps, steps.length);
    await turnBack(staging);
    await writeFile(at('file'), 'mine');
    await writeFile(at('settings.json'), '{"mine":1,"z":2,"o":1}');
    expect(await recover(home)).toMatchObject({ outcome: 'undone', left: [at('file')] });
    expect(await treeOf(home)).toMatchObject({
      file: 'file 600 mine',
      'settings.json': 'file 644 {"mine":1,"z":2}',
    });
  });

  it('and could not be finished tells what stays as the user changed it', async () => {
    const steps = [...(await allSteps()), await failing()];
    await cutOff(steps, 1);
    await writeFile(at('file'), 'mine');
    const recovery = await recover(home);
    expect(recovery?.outcome).toBe('undone');
    expect(recovery?.left).toContain(at('file'));
    expect(await readFile(at('file'), 'utf8')).toBe('mine');
  });
});

describe('a journal', () => {
  it('is for its owner only, as a key may be in it', async () => {
    await cutOff(await allSteps(), 0);
    for (const name of ['intent.json', 'commit.json']) {
      expect((await lstat(join(staging, name))).mode & 0o777).toBe(0o600);
    }
  });

  it('is read as it was written, and says which way to go', async () => {
    const steps = await allSteps();
    await cutOff(steps, 0);
    const journal = { schemaVersion: 1, ...intent, steps };
    expect(await readJournal(staging)).toMatchObject({ journal, direction: 'forward' });
    await turnBack(staging);
    expect(await readJournal(staging)).toMatchObject({ journal, direction: 'back' });
    expect((await readdir(staging)).sort()).toEqual(['intent.json', 'undo.json']);
  });

  it('of a later cc-mirror is not followed and stays', async () => {
    await mkdir(staging);
    await writeFile(join(staging, 'commit.json'), '{"schemaVersion":2}');
    const before = await treeOf(home);
    await expect(recover(home)).rejects.toMatchObject(
      failure('invalid-record', /commit\.json is not a journal/),
    );
    expect(await treeOf(home)).toEqual(before);
  });

  it.each(['{"schemaVersion":1,"steps":[{"kind":"fi', ''])(
    'that was cut off as %j had not begun',
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
