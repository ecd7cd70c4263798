import { mkdir, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { describe, expect, test } from 'vitest';

import { taskListOf } from '../../../src/launcher/task-list.ts';
import { awkwardFolder, launch, shells } from './shells.ts';

const variable = 'CLAUDE_CODE_TASK_LIST_ID';

/** The list of a project by the bytes of its path, as src/launcher/task-list.ts defines it. */
function listAt(project: string, end = ''): string {
  const plain = 'abcdefghijklmnopqrstuvwxyz0123456789_/-. ()ABCDEFGHIJKLMNOPQRSTUVWXYZ';
  const follow = Array.from({ length: 64 }, (_, at) => String.fromCodePoint(0x100 + at)).join('');
  const bytes = Buffer.from(plain + follow + leadLetters.join(''));
  let sum = 0;
  for (const byte of Buffer.from(project.replace(/^\//, ''))) {
    const at = bytes.indexOf(byte);
    sum = (sum * 131 + (at === -1 ? bytes.length : at)) % 15_485_863;
  }
  return `mclaude-${project.slice(project.lastIndexOf('/') + 1) || 'root'}-${sum}${end}`;
}

const leadLetters = Array.from({ length: 0xf0 - 0xc2 + 1 }, (_, at) => {
  const byte = 0xc2 + at;
  if (byte < 0xe0) return Buffer.from([byte, 0xab]).toString();
  if (byte < 0xf0) return Buffer.from([byte, byte === 0xe0 ? 0xa4 : 0x84, 0xab]).toString();
  return '😋';
});

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

  test('is named after the project, also in its subfolders', async () => {
    const folder = await project();
    expect(await listOf(folder)).toBe(listAt(folder));
    expect(taskListOf('mclaude', folder)).toBe(listAt(folder));
    expect(await listOf(join(folder, 'src', 'deep'))).toBe(listAt(folder));
  });

  test('is named after the work tree if .git is a file', async () => {
    const folder = await project();
    const tree = join(folder, 'src', 'deep');
    await writeFile(join(tree, '.git'), 'gitdir: elsewhere\n');
    expect(await listOf(tree)).toBe(listAt(tree));
  });

  test('is named after the current folder if no parent has .git', async () => {
    const folder = await awkwardFolder();
    expect(await listOf(folder)).toBe(listAt(folder));
  });

  test('is "root" in the root folder', async () => {
    expect(await listOf('/')).toBe('mclaude-root-0');
  });

  test.each(['/', '//', ''])('ignores a trailing %j in PWD', async (end) => {
    const folder = await project();
    expect(await listOf(folder, { PWD: folder + end })).toBe(listAt(folder));
  });

  test.each(['', '.', 'elsewhere', '/nowhere'])('ignores a wrong PWD=%j', async (wrong) => {
    const folder = await project();
    expect(await listOf(folder, { PWD: wrong })).toBe(listAt(folder));
  });

  test('is the same through a symbolic link, and the program still sees the link', async () => {
    const folder = await project();
    const link = join(await awkwardFolder(), 'link');
    await symlink(join(folder, 'src'), link);
    // zsh does not read OLDPWD from the environment.
    const env = { PWD: link, ...(shell[0] !== 'zsh' && { OLDPWD: '/' }) };
    const { report } = await launch({ shell, spec: { taskList: variable }, cwd: link, env });
    expect(report?.env).toMatchObject({ [variable]: listAt(folder), ...env });
  });

  test('tells folders with the same name apart, and names in any script', async () => {
    const parent = await awkwardFolder();
    const names = ['項目一', '項目二', 'проект', 'مشروع', '😀', '😁', 'a/app', 'b/app', 'App'];
    const folders = names.map((name) => join(parent, name));
    const lists = new Set<string>();
    for (const folder of folders) {
      await mkdir(folder, { recursive: true });
      const list = await listOf(folder, { LANG: 'C.UTF-8' });
      expect(list).toBe(listAt(folder));
      expect(taskListOf('mclaude', folder)).toBe(list);
      lists.add(list.replaceAll(/[^\w-]/g, '-'));
    }
    expect(lists.size).toBe(folders.length);
  });

  test('is a name that a folder can have, however long the project’s', async () => {
    const parent = await awkwardFolder();
    for (const [name, kept] of [
      ['y'.repeat(250), 'y'.repeat(120)],
      [`y${'項'.repeat(80)}`, 'y'],
      ['y'.repeat(120), 'y'.repeat(120)],
    ] as const) {
      const folder = join(parent, name);
      await mkdir(folder);
      const sum = listAt(folder).split('-').at(-1);
      const list = await listOf(folder, { LANG: 'C.UTF-8', TEAM: 'red' });
      expect(list).toBe(`mclaude-${kept}-${sum}-red`);
      expect(taskListOf('mclaude', folder)).toBe(`mclaude-${kept}-${sum}`);
    }
  });

  test.each([
    ['C', { LC_ALL: 'C' }],
    ['UTF-8', { LC_ALL: 'C.UTF-8' }],
    ['UTF-8 by LANG', { LANG: 'C.UTF-8' }],
  ])('does not depend on the locale, nor change it: %s', async (_name, locale) => {
    const folder = join(await awkwardFolder(), 'Zoë 雪');
    await mkdir(folder);
    const { report } = await launch({
      shell,
      spec: { taskList: variable },
      cwd: folder,
      env: locale,
    });
    expect(report?.env).toMatchObject({ [variable]: listAt(folder), ...locale });
    expect(report?.env['LC_ALL']).toBe('LC_ALL' in locale ? locale.LC_ALL : undefined);
  });

  test('keeps its earlier name', async () => {
    const [before, other] = [await project(), await project()];
    const spec = { taskList: variable, earlierLists: ['/gone', before] } as const;
    const listIn = async (cwd: string, env = {}): Promise<string | undefined> =>
      (await launch({ shell, spec, cwd, env })).report?.env[variable];
    expect(await listIn(join(before, 'src'))).toBe('mclaude-my project');
    expect(await listIn(before, { TEAM: 'red' })).toBe('mclaude-my project-red');
    expect(await listIn(other)).toBe(listAt(other));
  });

  test('terminates in a deleted folder', async () => {
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

  test('ends in TEAM unless that is empty', async () => {
    const folder = await project();
    expect(await listOf(folder, { TEAM: 'red team' })).toBe(listAt(folder, '-red team'));
    expect(await listOf(folder, { TEAM: '' })).toBe(listAt(folder));
  });

  test('is the shell’s, if that names one', async () => {
    const folder = await project();
    expect(await listOf(folder, { [variable]: 'mine', TEAM: 'red' })).toBe('mine');
    expect(await listOf(folder, { [variable]: '' })).toBe(listAt(folder));
  });

  test("is the variant's fixed one unless the shell names one", async () => {
    const spec = { taskList: variable, env: { [variable]: "it's fixed" } } as const;
    const fixed = await launch({ shell, spec });
    expect(fixed.report?.env[variable]).toBe("it's fixed");
    const mine = await launch({ shell, spec, env: { [variable]: 'mine' } });
    expect(mine.report?.env[variable]).toBe('mine');
  });

  test('uses the variable that old builds read', async () => {
    const cwd = await project();
    const { report } = await launch({ shell, spec: { taskList: 'CLAUDE_CODE_TEAM_NAME' }, cwd });
    expect(report?.env).toMatchObject({ CLAUDE_CODE_TEAM_NAME: listAt(cwd) });
    expect(report?.env).not.toHaveProperty(variable);
  });
});
