import { mkdir, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { expect, it } from 'vitest';
import { projectFiles, readProject } from '../../../../src/lifecycle/prove/project-settings.ts';
import { temporaryFolder } from '../../../support/folder.ts';

async function folderWith(files: Record<string, string>): Promise<string> {
  const root = temporaryFolder();
  for (const [name, text] of Object.entries(files)) {
    await mkdir(dirname(join(root, name)), { recursive: true });
    await writeFile(join(root, name), text);
  }
  return root;
}

const denies = '{"permissions":{"deny":["TaskCreate"]}}';

it('finds both files of a folder, and the local one of the repository’s root', async () => {
  const root = await folderWith({
    'app/.git/HEAD': '',
    'app/.claude/settings.json': denies,
    'app/.claude/settings.local.json': denies,
    'app/sub/.claude/settings.json': '\uFEFF{"model":"opus"}',
    'app/sub/.claude/settings.local.json': '{"disableWorkflows":true}',
  });
  const settings = { permissions: { deny: ['TaskCreate'] } };
  const here = join(root, 'app', '.claude');
  expect(readProject(join(root, 'app'), root)).toEqual([
    { place: '.claude/settings.json', path: join(here, 'settings.json'), settings },
    { place: '.claude/settings.local.json', path: join(here, 'settings.local.json'), settings },
  ]);
  const below = readProject(join(root, 'app', 'sub'), root);
  expect(below.map((file) => [file.place, file.settings])).toEqual([
    ['.claude/settings.json', { model: 'opus' }],
    ['.claude/settings.local.json', { disableWorkflows: true }],
    ['../.claude/settings.local.json', settings],
  ]);
  expect(below[2]?.path).toBe(join(here, 'settings.local.json'));
});

it('finds the main worktree of a repository', async () => {
  const root = await folderWith({ 'main/.git/worktrees/w/HEAD': '', 'w/sub/x': '' });
  await writeFile(join(root, 'w', '.git'), `gitdir: ${root}/main/.git/worktrees/w\n`);
  const main = join(root, 'main', '.claude', 'settings.local.json');
  for (const folder of ['w', 'w/sub']) {
    expect(projectFiles(join(root, folder), '/').at(-1)?.path).toBe(main);
  }
  await writeFile(join(root, 'w', '.git'), 'gitdir: ../main/.git/modules/w\n');
  const own = join(root, 'w', '.claude', 'settings.local.json');
  expect(projectFiles(join(root, 'w', 'sub'), '/').at(-1)?.path).toBe(own);
});

it('treats the home as a project, but not as the project of its subfolders', async () => {
  const home = await folderWith({ '.git/HEAD': '', '.claude/settings.json': denies, 'a/x': '' });
  await writeFile(join(home, '.claude', 'settings.local.json'), denies);
  expect(readProject(home, home)).toHaveLength(2);
  expect(readProject(join(home, 'a'), home)).toEqual([]);
});

it('skips files that no run receives or that are unreadable', async () => {
  const root = await folderWith({
    '.claude/settings.json': '{"apiKeyHelper":"make","env":{"ANTHROPIC_BASE_URL":"http://else"}}',
    '.claude/settings.local.json': '{"model":',
  });
  expect(readProject(root, '/')).toEqual([]);
  await rm(join(root, '.claude', 'settings.local.json'));
  await mkdir(join(root, '.claude', 'settings.local.json'));
  expect(readProject(root, '/')).toEqual([]);
});
