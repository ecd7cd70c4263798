import { lstat, mkdir, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { readIntent, readJournal } from '../../../src/transaction/journal.ts';
import { commit, recover, stagingOf, withStaging } from '../../../src/transaction/transaction.ts';
import {
  allSteps,
  failing,
  intent,
  newHome,
  replaceByFolder,
  stuckChange,
  treeAfter,
} from './fixture.ts';
import { treeOf } from '../../support/folder.ts';
import { failure } from '../../support/failure.ts';

let home: string;
let staging: string;
const at = (path: string): string => join(home, path);

beforeEach(async () => {
  home = await newHome();
  staging = stagingOf(home);
});

describe('a run', () => {
  it('has a staging folder that contains only its intent', async () => {
    const before = await treeOf(home);
    await withStaging(home, intent, async (folder) => {
      expect(folder).toBe(staging);
      expect(await readdir(folder)).toEqual(['intent.json']);
      expect(readIntent(folder)).toEqual(intent);
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

  it('applies all steps', async () => {
    const wanted = await treeAfter(home);
    const steps = await allSteps(home);
    expect(await withStaging(home, intent, (folder) => commit(folder, intent, steps))).toEqual([]);
    expect(await treeOf(home)).toEqual(wanted);
    expect(await recover(home)).toBeNull();
  });

  it('writes no journal without steps', async () => {
    await mkdir(staging);
    expect(await commit(staging, intent, [])).toEqual([]);
    expect(await readdir(staging)).toEqual([]);
  });

  it('leaves and reports files that somebody else has changed in the meantime', async () => {
    const steps = await allSteps(home);
    await writeFile(at('file'), 'mine');
    const left = await withStaging(home, intent, (folder) => commit(folder, intent, steps));
    expect(left).toEqual([at('file')]);
    expect(await readFile(at('file'), 'utf8')).toBe('mine');
    expect(await readFile(at('moved/g'), 'utf8')).toBe('g');
  });

  it('undoes all steps if one fails, with its error', async () => {
    const steps = [...(await allSteps(home)), await failing(home)];
    const before = await treeOf(home);
    const attempt = withStaging(home, intent, (folder) => commit(folder, intent, steps));
    await expect(attempt).rejects.toMatchObject(failure('invalid-record', /not valid JSON/));
    expect(await treeOf(home)).toEqual(before);
  });

  it('that can be neither finished nor undone keeps its journal, and the next one undoes it', async () => {
    const before = await treeOf(home);
    const [file, ...others] = await allSteps(home);
    // A folder replaces the file in the meantime, so the file cannot be restored.
    const steps = [file!, ...others, await failing(home)];
    await rm(at('broken.json'));
    const attempt = withStaging(home, intent, async (folder) => {
      await replaceByFolder(at('file'));
      await writeFile(at('broken.json'), '{');
      return commit(folder, intent, steps);
    });
    await expect(attempt).rejects.toMatchObject(
      failure('storage', /Not everything of one could be restored: .*file is a folder/),
    );
    expect(readJournal(staging)?.direction).toBe('back');

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

describe('two changes of one run', () => {
  it('of which the first is stuck: the second is refused, and the first is undone later', async () => {
    const [first, second] = [await stuckChange(home, 'first'), await stuckChange(home, 'second')];
    const before = await treeOf(home);
    await withStaging(home, intent, async (folder) => {
      await expect(commit(folder, { ...intent, name: 'first' }, first)).rejects.toMatchObject(
        failure('storage', /Not everything of first could be restored/),
      );
      const journal = await treeOf(folder);
      await expect(commit(folder, { ...intent, name: 'second' }, second)).rejects.toMatchObject(
        failure('storage', /An earlier change could be neither finished nor undone/),
      );
      expect(await treeOf(folder)).toEqual(journal);
    });
    expect(readJournal(staging)?.journal).toMatchObject({ name: 'first', steps: first });
    const rejected = failure('storage', /update one started .*first\/file is a folder/);
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

  it('of which the first is undone: the second is made', async () => {
    const failed = [...(await allSteps(home)), await failing(home)];
    await withStaging(home, intent, async (folder) => {
      await expect(commit(folder, intent, failed)).rejects.toMatchObject({
        code: 'invalid-record',
      });
      expect(await commit(folder, intent, await allSteps(home))).toEqual([]);
    });
    expect(await readFile(at('file'), 'utf8')).toBe('new');
    expect(await recover(home)).toBeNull();
  });
});
