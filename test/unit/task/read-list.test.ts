import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, expect, it } from 'vitest';
import { readTaskList, taskFolders } from '../../../src/task/read-list.ts';
import { temporaryFolder } from '../../support/folder.ts';

let folder = '';
beforeEach(() => {
  folder = temporaryFolder();
});

const put = (name: string, content: unknown): void => {
  const text = typeof content === 'string' ? content : JSON.stringify(content);
  writeFileSync(join(folder, name), text);
};

it('reads both formats of the store', () => {
  const common = { subject: 's', description: 'd' };
  put('1.json', {
    id: '1',
    ...common,
    status: 'open',
    references: [],
    blocks: ['2'],
    blockedBy: [],
    comments: [],
  });
  put('2.json', {
    id: '2',
    ...common,
    status: 'in_progress',
    owner: 'me',
    blocks: [],
    blockedBy: ['1'],
    metadata: {},
  });
  expect(readTaskList([folder])).toEqual([
    { id: '1', blocks: ['2'], blockedBy: [] },
    { id: '2', blocks: [], blockedBy: ['1'] },
  ]);
});

it('skips other files, and finished and deleted tasks', () => {
  put('.lock', '');
  put('.highwatermark', '7');
  put('.hidden.json', '{');
  put('3.json', { id: '3', status: 'deleted', blocks: ['1'], blockedBy: [] });
  put('4.json', { id: '4', status: 'pending' });
  put('5.json', { id: '5', status: 'completed', blocks: ['1'], blockedBy: [] });
  put('6.json', { id: '6', status: 'resolved', blocks: ['1'], blockedBy: [] });
  expect(readTaskList([folder])).toEqual([{ id: '4', blocks: [], blockedBy: [] }]);
});

it('reads the first folder that exists', () => {
  put('1.json', { id: '1', blocks: [], blockedBy: [] });
  mkdirSync(join(folder, 'later'));
  const missing = join(folder, 'missing');
  expect(readTaskList([missing, folder, join(folder, 'later')])).toHaveLength(1);
  expect(readTaskList([missing])).toEqual([]);
});

it.each(['{"id":"1","blocks":["2', '{"subject":"no id"}', '{"id":"1","blocks":[2]}', 'null'])(
  'names the file that is not a task: %s',
  (text) => {
    put('1.json', text);
    expect(() => readTaskList([folder])).toThrow(`${join(folder, '1.json')} is not a task`);
  },
);

it('finds the list by its variables, else by the session, as given or made safe', () => {
  const names = (env: Record<string, string>): string[] =>
    taskFolders('/c', env, 's-1').map((path) =>
      path.replaceAll('\\', '/').replace('/c/tasks/', ''),
    );
  expect(names({})).toEqual(['s-1']);
  expect(names({ CLAUDE_CODE_TASK_LIST_ID: 'my list' })).toEqual(['my list', 'my-list', 's-1']);
  expect(names({ CLAUDE_CODE_TEAM_NAME: 'a.b', CLAUDE_CODE_TASK_LIST_ID: '' })).toEqual([
    'a.b',
    'a-b',
    's-1',
  ]);
});

it('replaces a character beyond the first plane by two hyphens, as builds do', () => {
  const folders = taskFolders('/c', { CLAUDE_CODE_TASK_LIST_ID: 'v-😀項-1' }, 's');
  expect(folders).toContain(join('/c/tasks', 'v-----1'));
});

it('stays in the folder of lists for any name', () => {
  const folders = taskFolders(
    '/c',
    { CLAUDE_CODE_TASK_LIST_ID: '../../x', CLAUDE_CODE_TEAM_NAME: '..' },
    's',
  );
  expect(folders.every((path) => join(path, '..') === join('/c/tasks'))).toBe(true);
});
