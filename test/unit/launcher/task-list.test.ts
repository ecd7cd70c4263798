import { mkdir, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { describe, expect, test } from 'vitest';

import { awkwardFolder, launch, shells } from './shells.ts';

const variable = 'CLAUDE_CODE_TASK_LIST_ID';

describe.each(shells.map((shell) => [shell.join(' '), shell] as const))('%s', (_name, shell) => {
  async function listOf(cwd: string, env: Record<string, string> = {}): Promise<string> {
    const { report, stderr } = await launch({ shell, spec: { taskList: variable }, cwd, env });
    expect(stderr).toBe('');
    return report?.env[variable] ?? '';
  }

  async function project(): Promise<string> {
    const folder = join(await awkwardFolder(), 'my project');
    await mkdir(join(folder, '.git'), { recursive: true });
    await mkdir(join(folder, 'src', 'deep'), { recursive: true });
    return folder;
  }

  test('is the project, from its top and from below', async () => {
    const folder = await project();
    expect(await listOf(folder)).toBe('mclaude-my project');
    expect(await listOf(join(folder, 'src', 'deep'))).toBe('mclaude-my project');
  });

  test('is the work tree where .git is a file', async () => {
    const folder = await project();
    const tree = join(folder, 'src', 'deep');
    await writeFile(join(tree, '.git'), 'gitdir: elsewhere\n');
    expect(await listOf(tree)).toBe('mclaude-deep');
  });

  test('is the current folder where no parent has .git, with its characters kept', async () => {
    const folder = await awkwardFolder();
    expect(await listOf(folder)).toBe(`mclaude-${folder.slice(folder.lastIndexOf('/') + 1)}`);
  });

  test('is "root" in the root folder', async () => {
    expect(await listOf('/')).toBe('mclaude-root');
  });

  test.each(['/', '//', ''])('does not mind PWD ending in %j', async (end) => {
    const folder = await project();
    expect(await listOf(folder, { PWD: folder + end })).toBe('mclaude-my project');
  });

  test.each(['', '.', 'elsewhere', '/nowhere'])('does not believe PWD=%j', async (wrong) => {
    const folder = await project();
    expect(await listOf(folder, { PWD: wrong })).toBe('mclaude-my project');
  });

  test('follows the path the user took, through symbolic links', async () => {
    const folder = await project();
    const link = join(await awkwardFolder(), 'link');
    await symlink(join(folder, 'src'), link);
    expect(await listOf(link, { PWD: link })).toBe('mclaude-link');
  });

  test('ends in a folder that was deleted', async () => {
    const folder = await project();
    const gone = join(folder, 'gone');
    await mkdir(gone);
    const { exitCode, stdout } = await launch({
      shell: ['sh', '-c', 'rmdir ../gone; exec "$@"', 'sh', ...shell],
      spec: { taskList: variable, command: { kind: 'native', path: '/bin/true' } },
      cwd: gone,
      env: { PWD: 'gone' },
    });
    expect({ exitCode, stdout }).toEqual({ exitCode: 0, stdout: '' });
    await rm(folder, { recursive: true });
  });

  test('has TEAM at its end where TEAM is set and not empty', async () => {
    const folder = await project();
    expect(await listOf(folder, { TEAM: 'red team' })).toBe('mclaude-my project-red team');
    expect(await listOf(folder, { TEAM: '' })).toBe('mclaude-my project');
  });

  test('is what the shell says, where it says something', async () => {
    const folder = await project();
    expect(await listOf(folder, { [variable]: 'mine', TEAM: 'red' })).toBe('mine');
    expect(await listOf(folder, { [variable]: '' })).toBe('mclaude-my project');
  });

  test("is the variant's fixed one, unless the shell says otherwise", async () => {
    const spec = { taskList: variable, env: { [variable]: "it's fixed" } } as const;
    const fixed = await launch({ shell, spec });
    expect(fixed.report?.env[variable]).toBe("it's fixed");
    const mine = await launch({ shell, spec, env: { [variable]: 'mine' } });
    expect(mine.report?.env[variable]).toBe('mine');
  });

  test('has the name that old builds read', async () => {
    const cwd = await project();
    const { report } = await launch({ shell, spec: { taskList: 'CLAUDE_CODE_TEAM_NAME' }, cwd });
    expect(report?.env).toMatchObject({ CLAUDE_CODE_TEAM_NAME: 'mclaude-my project' });
    expect(report?.env).not.toHaveProperty(variable);
  });
});
