import { chmod, mkdir, readFile, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { execa } from 'execa';
import { describe, expect, it } from 'vitest';
import { writeFakeClaude } from '../../support/fake-claude.ts';
import { treeOf } from '../../support/folder.ts';
import { create, newWorld, update } from '../variant/world.ts';

describe('an update', () => {
  it('follows its path to a new version and keeps the user’s changes', async () => {
    const world = await newWorld();
    const { configDir, launcher, createdAt } = await create(world);
    const settings = join(configDir, 'settings.json');
    const skill = join(configDir, 'skills', 'orchestration');
    await writeFile(join(configDir, 'CLAUDE.md'), 'of the user');
    await writeFile(
      settings,
      '{"mine":[1],"env":{"DISABLE_AUTOUPDATER":"0"},"permissions":{"allow":[]}}',
    );
    await writeFile(join(skill, 'SKILL.md'), 'edited by the user');
    await writeFile(join(skill, 'own.md'), 'added by the user');
    await writeFile(launcher, `${await readFile(launcher, 'utf8')}# edited\n`);
    await writeFakeClaude(world.claude, { version: '2.1.17', tasks: 'env' });

    const record = await update(world);
    expect(record).toMatchObject({ claudeVersion: '2.1.17', createdAt });
    expect(record.notes).toContainEqual(expect.stringContaining('SKILL.md'));
    expect(await readFile(join(configDir, 'CLAUDE.md'), 'utf8')).toBe('of the user');
    expect(JSON.parse(await readFile(settings, 'utf8'))).toEqual({
      mine: [1],
      env: { DISABLE_AUTOUPDATER: '0' },
      permissions: { allow: [] },
    });
    expect(await readFile(join(skill, 'SKILL.md'), 'utf8')).toBe('edited by the user');
    expect(await readFile(join(skill, 'own.md'), 'utf8')).toBe('added by the user');
    expect(await readFile(launcher, 'utf8')).not.toContain('# edited');
    expect(await readFile(record.bundle.path, 'utf8')).toContain('// Version: 2.1.17');
  });

  it('changes only times when there is nothing new', async () => {
    const world = await newWorld();
    await create(world);
    const timeless = async (): Promise<Record<string, string>> => {
      const tree = await treeOf(world.root);
      const record = '.cc-mirror/one/variant.json';
      return { ...tree, [record]: (tree[record] ?? '').replace(/"(updatedAt|ms)": .*/g, '') };
    };
    const before = await timeless();
    await update(world);
    expect(await timeless()).toEqual(before);
  });

  it('restores a missing bundle and launcher', async () => {
    const world = await newWorld();
    const { bundle, launcher } = await create(world);
    await rm(dirname(bundle.path), { recursive: true });
    await rm(launcher);
    await update(world);
    const { stdout } = await execa(launcher, ['env'], { env: { PATH: '' }, extendEnv: false });
    expect(JSON.parse(stdout)).toHaveProperty('CLAUDE_CONFIG_DIR');
  });

  it('keeps the launcher in its folder unless another is given', async () => {
    const world = await newWorld();
    const first = await create(world);
    const elsewhere = join(world.root, 'bin two');
    const layout = { ...world.around.layout, bin: elsewhere };
    expect((await update(world, {}, { layout })).launcher).toBe(first.launcher);
    const moved = await update(world, {}, { layout: { ...layout, binChosen: true } });
    expect(moved.launcher).toBe(join(elsewhere, 'one'));
    expect(await readdir(world.bin)).toEqual([]);
    expect(await readdir(elsewhere)).toEqual(['one']);
  });

  it('skips a settings file that is a link, and says so', async () => {
    const world = await newWorld();
    const { configDir } = await create(world);
    const dotfiles = join(world.root, 'dotfiles.json');
    await writeFile(dotfiles, '{"theme":"dark"}', { mode: 0o640 });
    await chmod(dotfiles, 0o640);
    await rm(join(configDir, 'settings.json'));
    await symlink(dotfiles, join(configDir, 'settings.json'));
    const record = await update(world, {}, {}, { owned: {} });
    const tree = await treeOf(world.root);
    expect(tree['.cc-mirror/one/config/settings.json']).toBe(`link ${dotfiles}`);
    expect(tree['dotfiles.json']).toBe('file 640 {"theme":"dark"}');
    expect(record.notes.join()).toMatch(
      /settings\.json leads to .*dotfiles\.json.*permissions\.allow/,
    );
  });

  it('removes a skill that is no longer wanted', async () => {
    const world = await newWorld();
    const { configDir } = await create(world, { skills: ['orchestration', 'router'] });
    expect(await readdir(join(configDir, 'agents'))).toHaveLength(6);
    const record = await update(world, { skills: [] });
    expect(record).toMatchObject({ packs: [], skills: [], agents: [] });
    expect(await readdir(join(configDir, 'skills'))).toEqual([]);
    const settings: unknown = JSON.parse(await readFile(join(configDir, 'settings.json'), 'utf8'));
    expect(settings).toEqual({
      autoCompactEnabled: true,
      env: { DISABLE_AUTOUPDATER: '1' },
      disableDeepLinkRegistration: 'disable',
    });
    expect(await readdir(join(world.home, 'one'))).not.toContain('hooks');
  });

  it('ignores another command of that name on PATH', async () => {
    const world = await newWorld();
    await create(world);
    await mkdir(join(world.root, 'other'));
    await writeFile(join(world.root, 'other', 'one'), '#!/bin/sh\n', { mode: 0o755 });
    const environment = { PATH: join(world.root, 'other') };
    await expect(update(world, {}, { environment })).resolves.toMatchObject({ name: 'one' });
  });

  it('keeps using a task list named without a hash, and decides that once', async () => {
    const world = await newWorld();
    const record = await create(world);
    const project = join(world.root, 'project');
    await mkdir(join(project, '.git'), { recursive: true });
    await mkdir(join(record.configDir, 'tasks', 'one-project'), { recursive: true });
    const state = join(record.configDir, '.claude.json');
    const started = async (...folders: string[]): Promise<void> => {
      const { projects: _, ...rest } = JSON.parse(await readFile(state, 'utf8'));
      const projects = Object.fromEntries(folders.map((folder) => [folder, {}]));
      await writeFile(state, JSON.stringify({ ...rest, projects }));
    };
    const path = join(world.home, 'one', 'variant.json');
    const { earlierLists: _, ...without } = record;
    await writeFile(path, JSON.stringify(without));
    const listIn = async (cwd: string): Promise<string> => {
      const { stdout } = await execa(record.launcher, ['env'], { cwd });
      return JSON.parse(stdout).CLAUDE_CODE_TASK_LIST_ID;
    };
    const other = join(world.root, 'elsewhere', 'project');
    await mkdir(other, { recursive: true });
    await started(project);
    expect(await update(world)).toMatchObject({ earlierLists: [project] });
    await started(other, project);
    expect(await update(world)).toMatchObject({ earlierLists: [project] });
    expect(await listIn(project)).toBe('one-project');
    expect(await listIn(other)).toMatch(/^one-project-\d+$/);
  });
});
