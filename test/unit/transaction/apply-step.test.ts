import { chmod, lstat, mkdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { knownBefore } from '../../../src/config/merge.ts';
import { Changes } from '../../../src/transaction/changes.ts';
import type { Step } from '../../../src/transaction/step.ts';
import { takeStep } from '../../../src/transaction/apply-step.ts';
import { failure, temporaryFolder, treeOf, writeTree } from '../bundle/folder.ts';

let root: string;
const at = (path: string): string => join(root, path);
const text = (path: string): Promise<string> => readFile(at(path), 'utf8');
const json = async (path: string): Promise<unknown> => JSON.parse(await text(path));

beforeEach(async () => {
  root = await temporaryFolder();
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
  ['bytes that are no text', (changes) => changes.write(at('file'), Buffer.from([255, 0, 195]))],
  ['another mode', (changes) => changes.write(at('file'), 'old', 0o755)],
  ['a file for a link', (changes) => changes.write(at('link'), 'new')],
  ['a file that goes', (changes) => changes.remove(at('x/sub/a'), root)],
  ['a link that goes', (changes) => changes.remove(at('link'))],
  ['a link that goes with its folder', (changes) => changes.remove(at('y/link'), root)],
  ['values of ours', (changes) => changes.merge(at('settings.json'), { o: 1, a: [2] }, null)],
  [
    'values of ours in a new file',
    (changes) => changes.merge(at('new.json'), { o: 1 }, null, 0o600),
  ],
  ['values of ours in a new folder', (changes) => changes.merge(at('new/s.json'), { o: 1 }, null)],
  [
    'values of ours for their owner',
    (changes) => changes.merge(at('settings.json'), { o: 1 }, null, 0o600),
  ],
  ['a folder that moves', (changes) => changes.move(at('x'), at('z'))],
  ['a folder that moves far', (changes) => changes.move(at('x'), at('new/place'))],
])('%s', (_, wish) => {
  it('can be made and taken back, once and again, exactly', async () => {
    await mkdir(at('y'));
    await symlink('../file', at('y/link'));
    const before = await treeOf(root);
    const step = await stepOf(wish);
    expect(await takeStep(step, 'back')).toBe(true);
    expect(await treeOf(root)).toEqual(before);
    expect(await takeStep(step, 'forward')).toBe(true);
    const after = await treeOf(root);
    expect(after).not.toEqual(before);
    expect(await takeStep(step, 'forward')).toBe(true);
    expect(await treeOf(root)).toEqual(after);
    expect(await takeStep(step, 'back')).toBe(true);
    expect(await treeOf(root)).toEqual(before);
    expect(await takeStep(step, 'back')).toBe(true);
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
    expect(await takeStep(step, 'forward')).toBe(false);
    expect(await takeStep(step, 'back')).toBe(false);
    expect(await treeOf(root)).toEqual(mine);
  });

  it('stays in a place that was free', async () => {
    const step = await stepOf((changes) => changes.write(at('new'), 'new'));
    await writeFile(at('new'), 'mine');
    expect(await takeStep(step, 'forward')).toBe(false);
    expect(await takeStep(step, 'back')).toBe(false);
    expect(await text('new')).toBe('mine');
  });

  it('stays where it was to go, with its folders', async () => {
    const step = await stepOf((changes) => changes.remove(at('x/sub/a'), root));
    await writeFile(at('x/sub/a'), 'mine');
    expect(await takeStep(step, 'forward')).toBe(false);
    expect(await text('x/sub/a')).toBe('mine');
  });

  it('is not one of which only the mode was changed', async () => {
    const step = await stepOf((changes) => changes.write(at('file'), 'new', 0o600));
    await chmod(at('file'), 0o666);
    expect(await takeStep(step, 'forward')).toBe(true);
    expect(await treeOf(root)).toMatchObject({ file: 'file 600 new' });
  });
});

describe('a file of which a power cut left the name alone', () => {
  it.each(['forward', 'back'] as const)('is written anew on the way %s', async (way) => {
    const step = await stepOf((changes) => changes.write(at('file'), 'new'));
    await writeFile(at('file'), '');
    expect(await takeStep(step, way)).toBe(true);
    expect(await text('file')).toBe(way === 'forward' ? 'new' : 'old');
  });

  it('goes where it was to go', async () => {
    const step = await stepOf((changes) => changes.remove(at('x/sub/a'), root));
    await writeFile(at('x/sub/a'), '');
    expect(await takeStep(step, 'forward')).toBe(true);
    expect(Object.keys(await treeOf(root))).not.toContain('x/sub/a');
  });

  it('goes where nothing was', async () => {
    const step = await stepOf((changes) => changes.write(at('new'), 'new'));
    await writeFile(at('new'), '');
    expect(await takeStep(step, 'back')).toBe(true);
    expect(Object.keys(await treeOf(root))).not.toContain('new');
  });

  it.each(['forward', 'back'] as const)('keeps the values of others on the way %s', async (way) => {
    const step = await stepOf((changes) => changes.merge(at('settings.json'), { o: 1 }, null));
    await writeFile(at('settings.json'), '');
    expect(await takeStep(step, way)).toBe(true);
    const values = way === 'forward' ? { z: 1, a: [1], o: 1 } : { z: 1, a: [1] };
    expect(await json('settings.json')).toEqual(values);
  });

  it('goes with values of ours where nothing was', async () => {
    const step = await stepOf((changes) => changes.merge(at('new.json'), { o: 1 }, null));
    await writeFile(at('new.json'), '');
    expect(await takeStep(step, 'back')).toBe(true);
    expect(Object.keys(await treeOf(root))).not.toContain('new.json');
  });
});

describe('folders', () => {
  it('go only when they are empty', async () => {
    const step = await stepOf((changes) => changes.remove(at('x/sub/a'), root));
    await writeFile(at('x/mine'), 'mine');
    expect(await takeStep(step, 'forward')).toBe(true);
    expect(Object.keys(await treeOf(at('x')))).toEqual(['mine']);
  });

  it('that were made go only when they are empty', async () => {
    const step = await stepOf((changes) => changes.write(at('new/deep/file'), 'new'));
    await takeStep(step, 'forward');
    await writeFile(at('new/mine'), 'mine');
    expect(await takeStep(step, 'back')).toBe(true);
    expect(Object.keys(await treeOf(at('new')))).toEqual(['mine']);
  });

  it('can take the place of a file, and give it back', async () => {
    const before = await treeOf(root);
    const changes = new Changes();
    changes.remove(at('file'));
    changes.write(at('file/inside'), 'new');
    const steps = await changes.steps([root]);
    for (const step of steps) expect(await takeStep(step, 'forward')).toBe(true);
    expect(await text('file/inside')).toBe('new');
    for (const step of steps.toReversed()) expect(await takeStep(step, 'back')).toBe(true);
    expect(await treeOf(root)).toEqual(before);
    for (const step of steps.toReversed()) expect(await takeStep(step, 'back')).toBe(true);
    expect(await treeOf(root)).toEqual(before);
  });
});

describe('values of ours in a file that somebody else has changed', () => {
  const wish = (changes: Changes): void =>
    changes.merge(at('settings.json'), { o: 2, a: [2] }, null);

  it('come without touching theirs', async () => {
    const step = await stepOf(wish);
    await writeFile(at('settings.json'), '{"mine":true,"a":[1,3],"z":2}');
    expect(await takeStep(step, 'forward')).toBe(true);
    expect(await text('settings.json')).toBe('{"mine":true,"a":[1,3,2],"z":2,"o":2}');
  });

  it('go and leave theirs, in their order', async () => {
    const step = await stepOf(wish);
    await takeStep(step, 'forward');
    await writeFile(at('settings.json'), '{"mine":true,"a":[1,2,3],"o":2,"z":1}');
    expect(await takeStep(step, 'back')).toBe(true);
    expect(await text('settings.json')).toBe('{"mine":true,"a":[1,3],"z":1}');
  });

  it('give way to the values of before', async () => {
    await writeFile(at('settings.json'), '{"o":1,"gone":1,"a":[1,2,9]}');
    const step = await stepOf((changes) =>
      changes.merge(at('settings.json'), { o: 2, a: [2] }, { o: 1, gone: 1, a: [2, 9] }),
    );
    await takeStep(step, 'forward');
    expect(await json('settings.json')).toEqual({ o: 2, a: [1, 2] });
    await writeFile(at('settings.json'), '{"o":2,"a":[1,2],"mine":true}');
    expect(await takeStep(step, 'back')).toBe(true);
    expect(await json('settings.json')).toEqual({ o: 1, a: [1, 2, 9], mine: true, gone: 1 });
  });

  it('leave what the user had of them already', async () => {
    const [path, old] = [at('settings.json'), '{"o":2,"a":[1,2]}'];
    const wanted = { o: 2, p: 1, a: [2, 4] };
    await writeFile(path, old);
    const before = knownBefore(old, wanted, null, path);
    const step = await stepOf((changes) => changes.merge(path, wanted, before));
    await takeStep(step, 'forward');
    expect(await json('settings.json')).toEqual({ o: 2, a: [1, 2, 4], p: 1 });
    await writeFile(path, '{"o":2,"a":[1,2,4],"p":1,"mine":true}');
    expect(await takeStep(step, 'back')).toBe(true);
    expect(await json('settings.json')).toEqual({ o: 2, a: [1, 2], mine: true });
  });

  it('stay where it is no JSON any more, which is told', async () => {
    const step = await stepOf(wish);
    await takeStep(step, 'forward');
    await writeFile(at('settings.json'), '{ "o": 2,');
    expect(await takeStep(step, 'back')).toBe(false);
    expect(await text('settings.json')).toBe('{ "o": 2,');
    await expect(takeStep(step, 'forward')).rejects.toMatchObject(
      failure('invalid-record', /not valid JSON/),
    );
  });

  it('do not bring back a file that is gone', async () => {
    const step = await stepOf(wish);
    await takeStep(step, 'forward');
    await rm(at('settings.json'));
    expect(await takeStep(step, 'back')).toBe(true);
    expect(Object.keys(await treeOf(root))).not.toContain('settings.json');
  });
});

describe('a folder that moves', () => {
  const wish = (changes: Changes): void => changes.move(at('x'), at('y'));

  it('does not take the place of another', async () => {
    const step = await stepOf(wish);
    await mkdir(at('y'));
    await expect(takeStep(step, 'forward')).rejects.toMatchObject(
      failure('name-taken', /y is there by now/),
    );
    expect(await text('x/sub/a')).toBe('a');
  });

  it('that could not move has nothing to be taken back', async () => {
    const step = await stepOf(wish);
    await writeTree(root, { 'y/mine': 'mine' });
    const before = await treeOf(root);
    await takeStep(step, 'back');
    expect(await treeOf(root)).toEqual(before);
  });

  it('and is gone from both places is told', async () => {
    const step = await stepOf(wish);
    await rm(at('x'), { recursive: true });
    expect(await takeStep(step, 'forward')).toBe(false);
    expect(await takeStep(step, 'back')).toBe(false);
  });
});

it.each(['forward', 'back'] as const)('%s clears what a run that was cut off left', async (way) => {
  for (const path of ['file', 'settings.json']) {
    await writeFile(at(`${path}.cc-mirror.tmp`), 'half');
    await chmod(at(`${path}.cc-mirror.tmp`), 0o444);
  }
  const before = await treeOf(root);
  const file = await stepOf((changes) => changes.write(at('file'), 'new'));
  const merge = await stepOf((changes) => changes.merge(at('settings.json'), { o: 1 }, null));
  for (const step of [file, merge]) await takeStep(step, way);
  const left = Object.keys(before).filter((path) => !path.endsWith('.tmp'));
  expect(Object.keys(await treeOf(root)).sort()).toEqual(left.sort());
  expect((await lstat(at('file'))).mode & 0o777).toBe(0o644);
});
