import { mkdir, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { beforeEach, expect, test } from 'vitest';

import { earlierLists } from '../../../src/lifecycle/earlier-lists.ts';
import { variantFolder } from '../../../src/variant/layout.ts';
import { temporaryFolder } from '../../support/folder.ts';

let root = '';
beforeEach(() => {
  root = temporaryFolder();
});

/** A variant with these lists, that was started in these folders, the last of them most recently. */
async function listsOf(lists: string[], folders: string[]) {
  const places = variantFolder(join(root, 'one'));
  for (const list of lists) await mkdir(join(places.config, 'tasks', list), { recursive: true });
  for (const [at, folder] of folders.entries()) {
    const sessions = join(places.config, 'projects', folder.replaceAll(/[^A-Za-z0-9]/g, '-'));
    await mkdir(sessions, { recursive: true });
    await utimes(sessions, 1000 + at, 1000 + at);
  }
  const projects = Object.fromEntries(folders.map((folder) => [folder, { lastCost: 0 }]));
  await writeFile(places.state, JSON.stringify({ projects }));
  return earlierLists('one', places);
}

test('belong to the projects in which the variant was started', async () => {
  const [app, web] = [join(root, 'app'), join(root, 'web')];
  await mkdir(join(app, '.git'), { recursive: true });
  await mkdir(join(app, 'src'));
  const found = await listsOf(['one-app', 'one-gone', 'a-session'], [join(app, 'src'), web]);
  expect(found).toEqual({ projects: [app], notes: [] });
});

test('are found by transcripts of sessions missing in .claude.json', async () => {
  const places = variantFolder(join(root, 'one'));
  const app = join(root, 'my app "1"');
  await mkdir(join(places.config, 'tasks', 'one-my-app--1-'), { recursive: true });
  const sessions = join(places.config, 'projects', app.replaceAll(/[^A-Za-z0-9]/g, '-'));
  await mkdir(sessions, { recursive: true });
  const entries = [
    { type: 'queue-operation', content: `{"cwd":"${root}/quoted"}` },
    { message: { content: 'x'.repeat(20_000) }, input: { cwd: `${root}/other` }, cwd: app },
  ];
  await writeFile(join(sessions, 's.jsonl'), entries.map((one) => JSON.stringify(one)).join('\n'));
  expect(earlierLists('one', places).projects).toEqual([app]);
});

test('are found for names in other scripts, and lists of teams', async () => {
  const [project, team, old] = [join(root, '項目一'), join(root, 'team'), join(root, 'old ü')];
  const found = await listsOf(
    ['one----', 'one-team-red', 'one-old ü'],
    [project, team, old, join(root, 'other')],
  );
  expect(found.projects).toEqual([project, team, old]);
});

test('go to the last used of several folders with one name, with a note', async () => {
  const folders = ['b', 'a', 'c'].map((name) => join(root, name, 'app'));
  const found = await listsOf(['one-app'], folders);
  expect(found.projects).toEqual([join(root, 'c', 'app')]);
  expect(found.notes).toEqual([
    `folders of the same name shared the task list one-app: ${root}/c/app, used last, keeps it; ` +
      `${root}/a/app, ${root}/b/app get new lists`,
  ]);
});

test('exclude names with a hash, and projects with longer names', async () => {
  const [app, server] = [join(root, 'app'), join(root, 'app-server')];
  const found = await listsOf(['one-app-12345678', 'one-app-server'], [app, server]);
  expect(found.projects).toEqual([server]);
});

test('are none without lists, or without a trace of where the variant was started', async () => {
  expect(await listsOf([], [join(root, 'app')])).toEqual({ projects: [], notes: [] });
  const places = variantFolder(join(root, 'two'));
  await mkdir(join(places.config, 'tasks', 'two-app'), { recursive: true });
  expect(earlierLists('two', places).projects).toEqual([]);
  await writeFile(places.state, '{"projects": [');
  expect(earlierLists('two', places).projects).toEqual([]);
});
