import { chmod, lstat, mkdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { Changes } from '../../../src/transaction/changes.ts';
import { foldersBetween } from '../../../src/disk/real-paths.ts';
import type { Step } from '../../../src/transaction/step.ts';
import { applyStep } from '../../../src/transaction/apply-step.ts';
import { temporaryFolder, treeOf, writeTree } from '../../support/folder.ts';
import { failure } from '../../support/failure.ts';

let root: string;
let changes: Changes;
const at = (path: string): string => join(root, path);
const steps = (): Promise<Step[]> => changes.steps([root]);
const contentOf = (text: string, mode = 0o644): object => ({
  kind: 'file',
  base64: Buffer.from(text).toString('base64'),
  mode,
});

beforeEach(async () => {
  root = join(temporaryFolder(), 'root');
  changes = new Changes();
  await writeTree(root, { file: 'old', 'skills/x/sub/a': 'a', 'settings.json': '{"a":1}' });
});

describe('a step', () => {
  it('that writes includes the old content and the folders that it creates', async () => {
    await chmod(at('file'), 0o640);
    changes.write(at('file'), 'new');
    changes.write(at('one/two/new'), Buffer.from('new'), 0o600);
    expect(await steps()).toEqual([
      {
        kind: 'file',
        path: at('file'),
        before: contentOf('old', 0o640),
        after: contentOf('new', 0o640),
        prune: [],
      },
      {
        kind: 'file',
        path: at('one/two/new'),
        before: null,
        after: contentOf('new', 0o600),
        prune: [at('one/two'), at('one')],
      },
    ]);
  });

  it('that removes names the folders that may be removed with the file', async () => {
    changes.remove(at('skills/x/sub/a'), at('skills'));
    changes.remove(at('file'));
    const [first, second] = await steps();
    expect(first).toMatchObject({ after: null, prune: [at('skills/x/sub'), at('skills/x')] });
    expect(second).toMatchObject({ before: contentOf('old'), after: null, prune: [] });
  });

  it('replaces a link itself', async () => {
    await symlink('file', at('link'));
    changes.write(at('link'), 'new');
    expect(await steps()).toMatchObject([
      { before: { kind: 'link', target: 'file' }, after: contentOf('new') },
    ]);
  });

  it('is left out if it changes nothing', async () => {
    changes.write(at('file'), 'old');
    changes.remove(at('nothing/there'), root);
    changes.merge(at('settings.json'), { a: 1 }, { a: 1 });
    expect(await steps()).toEqual([]);
    changes.write(at('file'), 'old', 0o600);
    changes.merge(at('settings.json'), { b: 1 }, null);
    expect((await steps()).map(({ kind }) => kind)).toEqual(['file', 'merge']);
  });

  it('for a path that several change has the last content', async () => {
    changes.write(at('file'), 'new');
    changes.write(at('file'), 'newer');
    changes.remove(at('skills/x/sub/a'), at('skills'));
    changes.write(at('skills/x/sub/a'), 'again');
    for (const step of await steps()) expect(await applyStep(step, 'forward')).toBe(true);
    expect(await readFile(at('file'), 'utf8')).toBe('newer');
    expect(await readFile(at('skills/x/sub/a'), 'utf8')).toBe('again');
  });

  it('does not replace a folder by a file', async () => {
    changes.write(at('skills'), 'x');
    await expect(steps()).rejects.toMatchObject(failure('storage', /skills is a folder/));
  });
});

describe('a path', () => {
  it.each<[string, (change: Changes, path: string) => void]>([
    ['to be written', (change, path) => change.write(path, 'x')],
    ['to be removed', (change, path) => change.remove(path)],
    ['to be merged', (change, path) => change.merge(path, { a: 1 }, null)],
    ['to be moved from', (change, path) => change.move(path, at('moved'))],
    ['to be moved to', (change, path) => change.move(at('skills'), path)],
  ])('%s is refused if it is outside', async (_, wish) => {
    const outside = temporaryFolder();
    await writeTree(outside, { 'settings.json': '{}', 'deep/settings.json': '{}' });
    await symlink(outside, at('out'));
    await symlink(join(outside, 'deep'), at('skills/x/deep'));
    for (const path of ['out/settings.json', 'skills/x/deep/settings.json', 'out/new/file']) {
      const change = new Changes();
      wish(change, at(path));
      await expect(change.steps([root])).rejects.toMatchObject(failure('storage', /outside of/));
    }
    const change = new Changes();
    wish(change, join(root, '../beside/settings.json'));
    await expect(change.steps([root])).rejects.toMatchObject(failure('storage', /outside of/));
  });

  it('is refused for a dangling link to the outside', async () => {
    await symlink(join(root, '../nothing'), at('out'));
    changes.write(at('out/file'), 'x');
    await expect(steps()).rejects.toMatchObject(failure('storage', /outside of/));
  });

  it('may contain links that stay inside, and the roots may be links', async () => {
    await symlink('skills/x', at('inside'));
    changes.write(at('inside/sub/a'), 'new');
    const link = join(root, '../link');
    await symlink(root, link);
    changes.write(join(link, 'file'), 'new');
    for (const step of await changes.steps([link]))
      expect(await applyStep(step, 'forward')).toBe(true);
    expect(await readFile(at('skills/x/sub/a'), 'utf8')).toBe('new');
    expect((await lstat(at('inside'))).isSymbolicLink()).toBe(true);
  });

  it('may be in any of several roots, but not in a folder that starts like one', async () => {
    const other = `${root}-other`;
    changes.write(join(other, 'file'), 'x');
    await expect(steps()).rejects.toMatchObject(failure('storage', /outside of/));
    expect(await changes.steps([root, other])).toHaveLength(1);
  });
});

it('all can be written directly, in a folder for the owner only', async () => {
  const folder = at('staged');
  await mkdir(folder, { mode: 0o755 });
  changes.write(join(folder, 'a/key'), 'secret', 0o600);
  changes.merge(join(folder, 'settings.json'), { a: 1 }, { a: 0 }, 0o600);
  changes.remove(join(folder, 'gone'));
  changes.write(join(folder, 'run'), 'program', 0o755);
  const umask = process.umask(0o077);
  onTestFinished(() => {
    process.umask(umask);
  });
  await changes.writeOut(folder);
  expect(await treeOf(folder)).toEqual({
    a: 'folder 700',
    'a/key': 'file 600 secret',
    run: 'file 755 program',
    'settings.json': 'file 600 {\n  "a": 1\n}\n',
  });
  expect((await lstat(folder)).mode & 0o777).toBe(0o700);
  changes.move(at('skills'), join(folder, 'skills'));
  await expect(changes.writeOut(folder)).rejects.toThrow('nothing to move');
});

it('foldersBetween lists the innermost folder first', () => {
  expect(foldersBetween(join('/a', 'b', 'c', 'd'), '/a')).toEqual([
    join('/a', 'b', 'c'),
    join('/a', 'b'),
  ]);
  expect(foldersBetween(join('/a', 'd'), '/a')).toEqual([]);
  expect(foldersBetween(join('/ab', 'c', 'd'), '/a')).toEqual([]);
});

it('a file that is not JSON is refused before anything is changed', async () => {
  await writeFile(at('settings.json'), '{');
  changes.merge(at('settings.json'), { a: 1 }, null);
  await expect(steps()).rejects.toMatchObject(failure('invalid-record', /settings\.json:1:2/));
});
