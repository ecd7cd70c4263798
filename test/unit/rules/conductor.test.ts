import { expect, it } from 'vitest';
import { refuseConductor } from '../../../src/rules/conductor.ts';
import type { ToolCall } from '../../../src/rules/input.ts';
import { call } from './calls.ts';

const where = { project: '/p', tool: 'Agent', skill: 'orchestration' };
const refused = (it: ToolCall): boolean => refuseConductor(it, where) !== null;

it.each(['Write', 'Edit', 'MultiEdit', 'Bash', 'PowerShell'])('leaves %s to workers', (tool) => {
  const reason = refuseConductor(call(tool, { file_path: '/p/src/a.ts', command: 'ls' }), where);
  expect(reason).toContain(`does not use ${tool} itself`);
  expect(reason).toContain('the Agent tool');
  expect(reason).toContain('/orchestration off');
});

it.each(['Read', 'Agent', 'TaskCreate', 'Skill', 'mcp__x__write'])('lets %s be', (tool) => {
  expect(refused(call(tool, { file_path: '/p/a' }))).toBe(false);
});

it.each([
  '/p/.cc-mirror/plan.md',
  '.cc-mirror/a/b.md',
  '/p/src/../.cc-mirror/plan.md',
  '/p/.cc-mirror/..a',
])('lets %s be written', (path) => {
  expect(refused(call('Write', { file_path: path }))).toBe(false);
});

it.each([
  '/p/.cc-mirror',
  '/p/.cc-mirror/../a',
  '/p/.cc-mirrored/a',
  '/q/.cc-mirror/a',
  '.cc-mirror/../../x',
  '',
  '/p/src/.cc-mirror/a',
])('does not let %j be written', (path) => {
  expect(refused(call('Write', { file_path: path }))).toBe(true);
});

it('knows the path of a notebook, and does not take one of a command', () => {
  expect(refused(call('NotebookEdit', { notebook_path: '/p/.cc-mirror/n.ipynb' }))).toBe(false);
  expect(refused(call('NotebookEdit', { file_path: '/p/.cc-mirror/n.ipynb' }))).toBe(true);
  expect(refused(call('Bash', { file_path: '/p/.cc-mirror/n' }))).toBe(true);
});

it('takes the folder that the session is in as the project too', () => {
  expect(refused(call('Write', { file_path: '/real/p/.cc-mirror/a' }, { cwd: '/real/p' }))).toBe(
    false,
  );
});
