import { mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, expect, it } from 'vitest';
import { refuseConductor } from '../../../../src/rules/checks/conductor.ts';
import type { ToolCall } from '../../../../src/rules/hook-input.ts';
import { call } from '../calls.ts';
import { temporaryFolder } from '../../../support/folder.ts';

const where = { project: '/p', config: '/c', tool: 'Agent', skill: 'orchestration' };
const refused = (it: ToolCall): boolean => refuseConductor(it, where) !== null;

it.each(['Write', 'Edit', 'MultiEdit', 'Bash', 'PowerShell'])('leaves %s to workers', (tool) => {
  const reason = refuseConductor(call(tool, { file_path: '/p/src/a.ts', command: 'ls' }), where);
  expect(reason).toContain(`does not use ${tool} itself`);
  expect(reason).toContain('the Agent tool');
  expect(reason).toContain('/orchestration off');
});

it.each(['Read', 'Agent', 'TaskCreate', 'Skill', 'mcp__x__write'])('allows %s', (tool) => {
  expect(refused(call(tool, { file_path: '/p/a' }))).toBe(false);
});

it.each([
  '/p/.cc-mirror/plan.md',
  '.cc-mirror/notes/a/b.md',
  '/p/src/../.cc-mirror/router/context.md',
  '/p/.cc-mirror/notes/..a',
  '/c/plans/a.md',
  '/c/projects/-p/memory/a/b.md',
])('allows writing %s', (path) => {
  expect(refused(call('Write', { file_path: path }))).toBe(false);
});

it.each([
  '/p/.cc-mirror',
  '/p/.cc-mirror/notes',
  '/p/.cc-mirror/config.json',
  '/p/.cc-mirror/variant/plan.md',
  '/p/.cc-mirror/plan.md/a',
  '/p/.cc-mirror/plan.mdx',
  '/p/.cc-mirror/notes/../variant/claude',
  '/p/.cc-mirror/../a',
  '/p/.cc-mirrored/notes/a',
  '/q/.cc-mirror/plan.md',
  '.cc-mirror/../../x',
  '',
  '/p/.cc-mirror/notes/a\0b',
  '/p/src/.cc-mirror/plan.md',
  '/c/settings.json',
  '/c/plans',
  '/c/projects/-p/s.jsonl',
  '/c/projects/memory/a.md',
  '/c/projects/-p/memory',
  '/c/projects/-p/deeper/memory/a.md',
  '/c/projects/../memory/a.md',
])('refuses to write %j', (path) => {
  expect(refused(call('Write', { file_path: path }))).toBe(true);
});

it('knows the path of a notebook, and ignores that of a command', () => {
  expect(refused(call('NotebookEdit', { notebook_path: '/p/.cc-mirror/notes/n.ipynb' }))).toBe(
    false,
  );
  expect(refused(call('NotebookEdit', { file_path: '/p/.cc-mirror/notes/n.ipynb' }))).toBe(true);
  expect(refused(call('Bash', { file_path: '/p/.cc-mirror/notes/n' }))).toBe(true);
});

it('allows plans if the config folder is inside the project', () => {
  const folders = { ...where, config: '/p/.cc-mirror/variant/config' };
  const write = (path: string) => refuseConductor(call('Write', { file_path: path }), folders);
  expect(write('.cc-mirror/variant/config/plans/a.md')).toBeNull();
  expect(write('.cc-mirror/variant/config/settings.json')).not.toBeNull();
});

let root = '';
beforeEach(() => {
  root = temporaryFolder();
  mkdirSync(join(root, 'real', '.cc-mirror', 'notes'), { recursive: true });
  symlinkSync(join(root, 'real'), join(root, 'project'));
});

const writes = (path: string): boolean => {
  const write = call('Write', { file_path: path }, { cwd: join(root, 'real') });
  return refuseConductor(write, { ...where, project: join(root, 'project') }) === null;
};

it.skipIf(process.platform === 'win32')('accepts a project by any of its paths', () => {
  expect(writes('.cc-mirror/plan.md')).toBe(true);
  expect(writes(join(root, 'project', '.cc-mirror', 'notes', 'new', 'a.md'))).toBe(true);
  expect(writes('a.md')).toBe(false);
});

it.skipIf(process.platform === 'win32')('follows no link out of the allowed folders', () => {
  const mirror = join(root, 'real', '.cc-mirror');
  mkdirSync(join(root, 'out'));
  symlinkSync('../../../out', join(mirror, 'notes', 'out'));
  symlinkSync('../../../missing', join(mirror, 'notes', 'missing'));
  symlinkSync('..', join(mirror, 'notes', 'up'));
  symlinkSync('turn', join(mirror, 'notes', 'turn'));
  symlinkSync('notes', join(mirror, 'router'));
  for (const path of ['out/a.md', 'missing', 'missing/a.md', 'up/a.md', 'up/variant/a', 'turn']) {
    expect([path, writes(`.cc-mirror/notes/${path}`)]).toEqual([path, false]);
  }
  expect(writes('.cc-mirror/notes/up/plan.md')).toBe(true);
  expect(writes('.cc-mirror/router/a.md')).toBe(true);
});
