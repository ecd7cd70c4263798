import { chmod, lstat, mkdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { knownBefore } from '../../../src/config/merge.ts';
import { Changes } from '../../../src/transaction/changes.ts';
import type { Step } from '../../../src/transaction/step.ts';
import { applyStep } from '../../../src/transaction/apply-step.ts';
import { temporaryFolder, treeOf, writeTree } from '../../support/folder.ts';
import { failure } from '../../support/failure.ts';

let root: string;
const at = (path: string): string => join(root, path);
const text = (path: string): Promise<string> => readFile(at(path), 'utf8');
const json = async (path: string): Promise<unknown> => JSON.parse(await text(path));

beforeEach(async () => {
  root = temporaryFolder();
  await writeTree(root, { file: 'old', 'x/sub/a': 'a', 'settings.json': '{ "z":1,"a":[1] }' });
  await symlink('file', at('link'));
});

/** The step of one change. */
async function stepOf(wish: (changes: Changes) => void): Promise<Step> {
  const changes = new Changes();
  wish(changes);
  const [step] = await changes.steps([root]);
  if (step === undefined) throw new Error('the change changes nothing');
  return step;
}

describe.each<[string, (changes: Changes) => void]>([
  ['a new file', (changes) => changes.write(at('new/deep/file'), 'new', 0o600)],
  ['bytes that are not text', (changes) => changes.write(at('file'), Buffer.from([255, 0, 195]))],
  ['another mode', (changes) => changes.write(at('file'), 'old', 0o755)],
  ['a file instead of a link', (changes) => changes.write(at('link'), 'new')],
  ['a removed file', (changes) => changes.remove(at('x/sub/a'), root)],
  ['a removed link', (changes) => changes.remove(at('link'))],
  ['a link removed with its folder', (changes) => changes.remove(at('y/link'), root)],
  ['our values', (changes) => changes.merge(at('settings.json'), { o: 1, a: [2] }, null)],
  ['our values in a new file', (changes) => changes.merge(at('new.json'), { o: 1 }, null, 0o600)],
  ['our values in a new folder', (changes) => changes.merge(at('new/s.json'), { o: 1 }, null)],
  [
    'our values, for the owner only',
    (changes) => changes.merge(at('settings.json'), { o: 1 }, null, 0o600),
  ],
  ['a moved folder', (changes) => changes.move(at('x'), at('z'))],
  ['a folder moved far', (changes) => changes.move(at('x'), at('new/place'))],
])('%s', (_, wish) => {
  it('can be applied and undone repeatedly and exactly', async () => {
    await mkdir(at('y'));
    await symlink('../file', at('y/link'));
    const before = await treeOf(root);
    const step = await stepOf(wish);
    expect(await applyStep(step, 'back')).toBe(true);
    expect(await treeOf(root)).toEqual(before);
    expect(await applyStep(step, 'forward')).toBe(true);
    const after = await treeOf(root);
    expect(after).not.toEqual(before);
    expect(await applyStep(step, 'forward')).toBe(true);
    expect(await treeOf(root)).toEqual(after);
    expect(await applyStep(step, 'back')).toBe(true);
    expect(await treeOf(root)).toEqual(before);
    expect(await applyStep(step, 'back')).toBe(true);
    expect(await treeOf(root)).toEqual(before);
  });
});

describe('a file that somebody else has changed', () => {
  it.each<[string, () => Promise<unknown>]>([
    ['another content', () => writeFile(at('file'), 'mine')],
    ['no file', () => rm(at('file'))],
    ['a link', async () => (await rm(at('file')), symlink('x', at('file')))],
  ])('stays: %s', async (_, change) => {
    const step = await stepOf((changes) => changes.write(at('file'), 'new'));
    await change();
    const mine = await treeOf(root);
    expect(await applyStep(step, 'forward')).toBe(false);
    expect(await applyStep(step, 'back')).toBe(false);
    expect(await treeOf(root)).toEqual(mine);
  });

  it('stays where there was none', async () => {
    const step = await stepOf((changes) => changes.write(at('new'), 'new'));
    await writeFile(at('new'), 'mine');
    expect(await applyStep(step, 'forward')).toBe(false);
    expect(await applyStep(step, 'back')).toBe(false);
    expect(await text('new')).toBe('mine');
  });

  it('is not removed, nor its folders', async () => {
    const step = await stepOf((changes) => changes.remove(at('x/sub/a'), root));
    await writeFile(at('x/sub/a'), 'mine');
    expect(await applyStep(step, 'forward')).toBe(false);
    expect(await text('x/sub/a')).toBe('mine');
  });

  it('is not one with only another mode', async () => {
    const step = await stepOf((changes) => changes.write(at('file'), 'new', 0o600));
    await chmod(at('file'), 0o666);
    expect(await applyStep(step, 'forward')).toBe(true);
    expect(await treeOf(root)).toMatchObject({ file: 'file 600 new' });
  });
});

describe('a file torn by a power cut', () => {
  it.each(['forward', 'back'] as const)('is written again on the way %s', async (way) => {
    const step = await stepOf((changes) => changes.write(at('file'), 'new'));
    await writeFile(at('file'), '');
    expect(await applyStep(step, way)).toBe(true);
    expect(await text('file')).toBe(way === 'forward' ? 'new' : 'old');
  });

  it('is removed', async () => {
    const step = await stepOf((changes) => changes.remove(at('x/sub/a'), root));
    await writeFile(at('x/sub/a'), '');
    expect(await applyStep(step, 'forward')).toBe(true);
    expect(Object.keys(await treeOf(root))).not.toContain('x/sub/a');
  });

  it('is removed if there was none before', async () => {
    const step = await stepOf((changes) => changes.write(at('new'), 'new'));
    await writeFile(at('new'), '');
    expect(await applyStep(step, 'back')).toBe(true);
    expect(Object.keys(await treeOf(root))).not.toContain('new');
  });

  it.each(['forward', 'back'] as const)(
    'gets the values of others back on the way %s',
    async (way) => {
      const step = await stepOf((changes) => changes.merge(at('settings.json'), { o: 1 }, null));
      await writeFile(at('settings.json'), '');
      expect(await applyStep(step, way)).toBe(true);
      const values = way === 'forward' ? { z: 1, a: [1], o: 1 } : { z: 1, a: [1] };
      expect(await json('settings.json')).toEqual(values);
    },
  );

  it('with our values is removed if there was none before', async () => {
    const step = await stepOf((changes) => changes.merge(at('new.json'), { o: 1 }, null));
    await writeFile(at('new.json'), '');
    expect(await applyStep(step, 'back')).toBe(true);
    expect(Object.keys(await treeOf(root))).not.toContain('new.json');
  });
});

describe('folders', () => {
  it('are removed only if they are empty', async () => {
    const step = await stepOf((changes) => changes.remove(at('x/sub/a'), root));
    await writeFile(at('x/mine'), 'mine');
    expect(await applyStep(step, 'forward')).toBe(true);
    expect(Object.keys(await treeOf(at('x')))).toEqual(['mine']);
  });

  it('that were created are removed only if they are empty', async () => {
    const step = await stepOf((changes) => changes.write(at('new/deep/file'), 'new'));
    await applyStep(step, 'forward');
    await writeFile(at('new/mine'), 'mine');
    expect(await applyStep(step, 'back')).toBe(true);
    expect(Object.keys(await treeOf(at('new')))).toEqual(['mine']);
  });

  it('can replace a file, and be replaced by it again', async () => {
    const before = await treeOf(root);
    const changes = new Changes();
    changes.remove(at('file'));
    changes.write(at('file/inside'), 'new');
    const steps = await changes.steps([root]);
    for (const step of steps) expect(await applyStep(step, 'forward')).toBe(true);
    expect(await text('file/inside')).toBe('new');
    for (const step of steps.toReversed()) expect(await applyStep(step, 'back')).toBe(true);
    expect(await treeOf(root)).toEqual(before);
    for (const step of steps.toReversed()) expect(await applyStep(step, 'back')).toBe(true);
    expect(await treeOf(root)).toEqual(before);
  });
});

describe('our values in a file that somebody else has changed', () => {
  const wish = (changes: Changes): void =>
    changes.merge(at('settings.json'), { o: 2, a: [2] }, null);

  it('are added to theirs', async () => {
    const step = await stepOf(wish);
    await writeFile(at('settings.json'), '{"mine":true,"a":[1,3],"z":2}');
    expect(await applyStep(step, 'forward')).toBe(true);
    expect(await text('settings.json')).toBe('{"mine":true,"a":[1,3,2],"z":2,"o":2}');
  });

  it('are removed from theirs, which keep their order', async () => {
    const step = await stepOf(wish);
    await applyStep(step, 'forward');
    await writeFile(at('settings.json'), '{"mine":true,"a":[1,2,3],"o":2,"z":1}');
    expect(await applyStep(step, 'back')).toBe(true);
    expect(await text('settings.json')).toBe('{"mine":true,"a":[1,3],"z":1}');
  });

  it('are replaced by the values from before', async () => {
    await writeFile(at('settings.json'), '{"o":1,"gone":1,"a":[1,2,9]}');
    const step = await stepOf((changes) =>
      changes.merge(at('settings.json'), { o: 2, a: [2] }, { o: 1, gone: 1, a: [2, 9] }),
    );
    await applyStep(step, 'forward');
    expect(await json('settings.json')).toEqual({ o: 2, a: [1, 2] });
    await writeFile(at('settings.json'), '{"o":2,"a":[1,2],"mine":true}');
    expect(await applyStep(step, 'back')).toBe(true);
    expect(await json('settings.json')).toEqual({ o: 1, a: [1, 2, 9], mine: true, gone: 1 });
  });

  it('stay if the user already had them', async () => {
    const [path, old] = [at('settings.json'), '{"o":2,"a":[1,2]}'];
    const wanted = { o: 2, p: 1, a: [2, 4] };
    await writeFile(path, old);
    const before = knownBefore(old, wanted, null, path);
    const step = await stepOf((changes) => changes.merge(path, wanted, before));
    await applyStep(step, 'forward');
    expect(await json('settings.json')).toEqual({ o: 2, a: [1, 2, 4], p: 1 });
    await writeFile(path, '{"o":2,"a":[1,2,4],"p":1,"mine":true}');
    expect(await applyStep(step, 'back')).toBe(true);
    expect(await json('settings.json')).toEqual({ o: 2, a: [1, 2], mine: true });
  });

  it('stay if the file is no longer JSON, which is reported', async () => {
    const step = await stepOf(wish);
    await applyStep(step, 'forward');
    await writeFile(at('settings.json'), '{ "o": 2,');
    expect(await applyStep(step, 'back')).toBe(false);
    expect(await text('settings.json')).toBe('{ "o": 2,');
    await expect(applyStep(step, 'forward')).rejects.toMatchObject(
      failure('invalid-record', /not valid JSON/),
    );
  });

  it('cannot be taken out of what is no file, which is an error', async () => {
    const step = await stepOf(wish);
    await applyStep(step, 'forward');
    await rm(at('settings.json'));
    await mkdir(at('settings.json'));
    await expect(applyStep(step, 'back')).rejects.toMatchObject({ code: 'EISDIR' });
  });

  it('do not bring back a removed file', async () => {
    const step = await stepOf(wish);
    await applyStep(step, 'forward');
    await rm(at('settings.json'));
    expect(await applyStep(step, 'back')).toBe(true);
    expect(Object.keys(await treeOf(root))).not.toContain('settings.json');
  });
});

describe('a folder that moves', () => {
  const wish = (changes: Changes): void => changes.move(at('x'), at('y'));

  it('does not replace another', async () => {
    const step = await stepOf(wish);
    await mkdir(at('y'));
    await expect(applyStep(step, 'forward')).rejects.toMatchObject(
      failure('name-taken', /y appeared in the meantime/),
    );
    expect(await text('x/sub/a')).toBe('a');
  });

  it('that could not be moved is not moved back', async () => {
    const step = await stepOf(wish);
    await writeTree(root, { 'y/mine': 'mine' });
    const before = await treeOf(root);
    await applyStep(step, 'back');
    expect(await treeOf(root)).toEqual(before);
  });

  it('that is gone from both places is reported', async () => {
    const step = await stepOf(wish);
    await rm(at('x'), { recursive: true });
    expect(await applyStep(step, 'forward')).toBe(false);
    expect(await applyStep(step, 'back')).toBe(false);
  });
});

it.each(['forward', 'back'] as const)(
  '%s removes the leftovers of an interrupted run',
  async (way) => {
    for (const path of ['file', 'settings.json']) {
      await writeFile(at(`${path}.cc-mirror.tmp`), 'half');
      await chmod(at(`${path}.cc-mirror.tmp`), 0o444);
    }
    const before = await treeOf(root);
    const file = await stepOf((changes) => changes.write(at('file'), 'new'));
    const merge = await stepOf((changes) => changes.merge(at('settings.json'), { o: 1 }, null));
    for (const step of [file, merge]) await applyStep(step, way);
    const left = Object.keys(before).filter((path) => !path.endsWith('.tmp'));
    expect(Object.keys(await treeOf(root)).sort()).toEqual(left.sort());
    expect((await lstat(at('file'))).mode & 0o777).toBe(0o644);
  },
);
