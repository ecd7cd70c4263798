import { chmod, lstat, mkdir, readFile, readdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { Undo, readIfThere, writeAtomic } from '../../../src/variant/atomic.ts';
import { failure, temporaryFolder, treeOf } from './world.ts';

let folder: string;
let file: string;

beforeEach(async () => {
  folder = await temporaryFolder();
  file = join(folder, 'file');
});

async function modeOf(path: string): Promise<number> {
  return (await lstat(path)).mode & 0o777;
}

describe('writing', () => {
  it.each([
    ['a new file', null, undefined, 0o644],
    ['a new file with a mode', null, 0o755, 0o755],
    ['a secret', null, 0o600, 0o600],
    ['a file that is there keeps its mode', 0o640, undefined, 0o640],
    ['a file that is there gets the mode asked for', 0o644, 0o600, 0o600],
  ])('%s', async (_, before, given, expected) => {
    if (before !== null) {
      await writeFile(file, 'old');
      await chmod(file, before);
    }
    await writeAtomic(file, 'new', given);
    expect(await readFile(file, 'utf8')).toBe('new');
    expect(await modeOf(file)).toBe(expected);
    expect(await readdir(folder)).toEqual(['file']);
  });

  it('makes its folders', async () => {
    await writeAtomic(join(folder, 'a', 'b', 'file'), 'new');
    expect(await readIfThere(join(folder, 'a', 'b', 'file'))).toBe('new');
  });

  it('replaces a link, and never writes through it', async () => {
    await writeFile(join(folder, 'target'), 'old');
    await symlink('target', file);
    await writeAtomic(file, 'new');
    expect(await readFile(join(folder, 'target'), 'utf8')).toBe('old');
    expect((await lstat(file)).isFile()).toBe(true);
  });

  it('leaves no temporary file where it fails', async () => {
    await mkdir(join(file, 'full'), { recursive: true });
    const before = await treeOf(folder);
    await expect(writeAtomic(file, 'new')).rejects.toThrow(/EISDIR|ENOTEMPTY|EEXIST/);
    expect(await treeOf(folder)).toEqual(before);
  });

  it('reads nothing where nothing is, and fails for a folder', async () => {
    expect(await readIfThere(file)).toBeNull();
    await expect(readIfThere(folder)).rejects.toMatchObject({ code: 'EISDIR' });
  });
});

describe('undoing', () => {
  it('goes back in reverse order', async () => {
    const done: number[] = [];
    const undo = new Undo();
    for (const step of [1, 2, 3]) undo.add(async () => void done.push(step));
    expect(await undo.run()).toEqual([]);
    expect(done).toEqual([3, 2, 1]);
  });

  it('goes on after a step that fails, and tells of it', async () => {
    const done: number[] = [];
    const undo = new Undo();
    const bad = new Error('bad');
    undo.add(async () => void done.push(1));
    undo.add(() => Promise.reject(bad));
    undo.add(async () => void done.push(3));
    expect(await undo.run()).toEqual([bad]);
    expect(done).toEqual([3, 1]);
  });

  it.each<[string, (path: string) => Promise<unknown>]>([
    ['nothing', async () => {}],
    ['a text with its mode', (path) => writeFile(path, 'text', { mode: 0o640 })],
    ['bytes that are no text', (path) => writeFile(path, Buffer.from([0xff, 0x00, 0xc3]))],
    ['a link', (path) => symlink('somewhere', path)],
  ])('brings back %s exactly', async (_, make) => {
    await make(file);
    const before = await treeOf(folder);
    const undo = new Undo();
    await undo.keep(file);
    await writeAtomic(file, 'changed', 0o755);
    await undo.run();
    expect(await treeOf(folder)).toEqual(before);
  });

  it('refuses to keep a folder as a file', async () => {
    const expected = failure('storage', /is a folder/);
    await expect(new Undo().keep(folder)).rejects.toMatchObject(expected);
  });

  it.each([true, false])('brings back a folder exactly; there before: %s', async (there) => {
    const skills = join(folder, 'skills');
    if (there) {
      await mkdir(join(skills, 'mine', 'deep'), { recursive: true });
      await writeFile(join(skills, 'mine', 'deep', 'run.sh'), '#!/bin/sh', { mode: 0o755 });
      await symlink('mine/deep', join(skills, 'link'));
    }
    const before = await treeOf(folder);
    const undo = new Undo();
    const copy = join(await temporaryFolder(), 'copy');
    await undo.keepFolder(skills, copy);
    await writeAtomic(join(skills, 'mine', 'new'), 'x');
    await undo.run();
    expect(await treeOf(folder)).toEqual(before);
  });
});
