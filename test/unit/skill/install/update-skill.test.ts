import { lstat, mkdir, readdir, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { InstalledSkill } from '../../../../src/skill/install/installed-skill.ts';
import type { SkillChange } from '../../../../src/skill/install/install-skill.ts';
import { removeSkill, updateSkill } from '../../../../src/skill/install/update-skill.ts';
import {
  type SkillFolder,
  apply,
  install,
  namesTool,
  skillText,
  sourceOf,
  targetsOf,
  textOf,
} from '../folder.ts';
import { temporaryFolder, writeTree } from '../../../support/folder.ts';

interface Scene {
  source: SkillFolder;
  target: string;
  installed: InstalledSkill;
}

async function scene(): Promise<Scene> {
  const folder = temporaryFolder();
  const from = join(folder, 'from/x');
  await writeTree(from, { 'SKILL.md': skillText('x'), 'references/a.md': 'a', 'b.md': 'b' });
  const into = join(folder, 'skills');
  const source: SkillFolder = { name: 'x', from, into, render: namesTool('Task') };
  return { source, target: join(into, 'x'), installed: await install(source) };
}

async function update(
  folder: SkillFolder,
  recorded: InstalledSkill,
): Promise<Omit<SkillChange, 'changes'>> {
  const source = sourceOf(folder);
  const { changes, installed, kept } = updateSkill(source, recorded, targetsOf(source, recorded));
  await apply(changes, folder.into);
  return { installed, kept };
}

async function remove(folder: SkillFolder, recorded: InstalledSkill): Promise<{ kept: string[] }> {
  const targets = targetsOf({ ...folder, files: [] }, recorded);
  const { changes, kept } = removeSkill(folder.into, recorded, targets);
  await apply(changes, folder.into);
  return { kept };
}

describe('updateSkill', () => {
  test('updates files that nobody edited to the new text and worker tool', async () => {
    const { source, target, installed } = await scene();
    await writeTree(source.from, { 'references/a.md': 'a2', 'new.md': 'new' });
    const next = { ...source, render: namesTool('Agent') };
    const updated = await update(next, installed);

    expect(updated.kept).toEqual([]);
    expect(await textOf(target, 'SKILL.md')).toContain('`Agent`');
    expect(await textOf(target, 'references/a.md')).toBe('a2');
    expect(await textOf(target, 'new.md')).toBe('new');
    expect(await update(next, updated.installed)).toEqual(updated);
  });

  test('keeps a file that the user edited until its content is restored', async () => {
    const { source, target, installed } = await scene();
    await writeFile(join(target, 'b.md'), 'mine');
    await writeTree(source.from, { 'b.md': 'b2' });
    const first = await update(source, installed);
    expect(first.kept).toEqual(['b.md']);
    const second = await update(source, first.installed);
    expect(second).toEqual(first);
    expect(await textOf(target, 'b.md')).toBe('mine');

    await writeFile(join(target, 'b.md'), 'b');
    const third = await update(source, second.installed);
    expect(third.kept).toEqual([]);
    expect(await textOf(target, 'b.md')).toBe('b2');
  });

  test("keeps a user's own file at a path that the skill now uses, unrecorded", async () => {
    const { source, target, installed } = await scene();
    await writeTree(target, { 'c.md': 'mine' });
    await writeTree(source.from, { 'c.md': 'c' });
    const updated = await update(source, installed);
    expect(updated.kept).toEqual(['c.md']);
    expect(updated.installed).toEqual(installed);
    expect(await textOf(target, 'c.md')).toBe('mine');
  });

  test('writes missing files and a missing folder again', async () => {
    const { source, target, installed } = await scene();
    await rm(join(target, 'references'), { recursive: true });
    expect(await update(source, installed)).toEqual({ installed, kept: [] });
    expect(await textOf(target, 'references/a.md')).toBe('a');
    await rm(target, { recursive: true });
    expect(await update(source, installed)).toEqual({ installed, kept: [] });
  });

  test('removes files that the skill no longer has, except edited ones', async () => {
    const { source, target, installed } = await scene();
    await rm(join(source.from, 'references'), { recursive: true });
    await rm(join(source.from, 'b.md'));
    await writeFile(join(target, 'b.md'), 'mine');
    const updated = await update(source, installed);
    expect(updated.kept).toEqual(['b.md']);
    expect(updated.installed.files.map(({ path }) => path)).toEqual(['SKILL.md']);
    expect((await readdir(target)).sort()).toEqual(['SKILL.md', 'b.md']);
  });

  test('a file can become a folder', async () => {
    const { source, target, installed } = await scene();
    await rm(join(source.from, 'b.md'));
    await writeTree(source.from, { 'b.md/c.md': 'c' });
    expect((await update(source, installed)).kept).toEqual([]);
    expect(await textOf(target, 'b.md/c.md')).toBe('c');
  });

  test('can repeat a run that wrote files but not the record', async () => {
    const { source, installed } = await scene();
    await writeTree(source.from, { 'b.md': 'b2' });
    const first = await update(source, installed);
    expect(await update(source, installed)).toEqual(first);
  });

  test('follows no link to a file, to a folder or in place of the skill', async () => {
    const { source, target, installed } = await scene();
    const outside = temporaryFolder();
    await writeTree(outside, { 'a.md': 'a', 'b.md': 'b' });
    await writeTree(source.from, { 'b.md': 'b2', 'references/a.md': 'a2', 'references/n.md': 'n' });
    await rm(join(target, 'b.md'));
    await symlink(join(outside, 'b.md'), join(target, 'b.md'));
    await rm(join(target, 'references'), { recursive: true });
    await symlink(outside, join(target, 'references'));

    const updated = await update(source, installed);
    expect(updated.kept).toEqual(['b.md', 'references/a.md', 'references/n.md']);
    await rename(target, `${target}-moved`);
    await symlink(outside, target);
    expect((await update(source, updated.installed)).kept).toContain('SKILL.md');
    expect((await remove(source, updated.installed)).kept).toContain('SKILL.md');
    expect((await readdir(outside)).sort()).toEqual(['a.md', 'b.md']);
    expect(await textOf(outside, 'b.md')).toBe('b');
  });
});

describe('removeSkill', () => {
  test('removes the skill and leaves its neighbours', async () => {
    const { source, installed } = await scene();
    await mkdir(join(source.into, 'y'));
    expect(await remove(source, installed)).toEqual({ kept: [] });
    expect(await readdir(source.into)).toEqual(['y']);
    expect(await remove(source, installed)).toEqual({ kept: [] });
  });

  test('keeps and lists edited files, and keeps added ones', async () => {
    const { source, target, installed } = await scene();
    await writeTree(target, { 'b.md': 'mine', 'references/own.md': 'mine' });
    expect(await remove(source, installed)).toEqual({ kept: ['b.md'] });
    expect((await readdir(target)).sort()).toEqual(['b.md', 'references']);
    expect(await readdir(join(target, 'references'))).toEqual(['own.md']);
  });

  test.each(['../../victim', '/etc/victim', 'a/../../../victim', 'a\\..\\victim', 'C:/victim', ''])(
    'refuses a record with the path %j',
    async (path) => {
      const { source, target, installed } = await scene();
      const forged = { ...installed, files: [...installed.files, { path, sha256: 'x' }] };
      await expect(remove(source, forged)).rejects.toMatchObject({
        code: 'invalid-record',
      });
      await expect(update(source, forged)).rejects.toMatchObject({ code: 'invalid-record' });
      expect((await lstat(join(target, 'SKILL.md'))).isFile()).toBe(true);
    },
  );

  test.each(['..', '../x', 'X', ''])('refuses a record with the name %j', async (name) => {
    const { source, installed } = await scene();
    await expect(remove(source, { ...installed, name })).rejects.toMatchObject({
      code: 'invalid-record',
    });
  });
});
