import { expect, test } from 'vitest';
import { renderSkill, workerToolOf } from '../../../src/skill/render.ts';

const text = 'Start `{{worker_tool}}`{{worker_tool_note}}; again `{{worker_tool}}`.';

test.each([
  ['Agent', 'Start `Agent`; again `Agent`.'],
  ['Task', 'Start `Task`; again `Task`.'],
  [null, 'Start `Agent` (older builds call it `Task`); again `Agent`.'],
] as const)('renders for the worker tool %s', (workerTool, expected) => {
  expect(renderSkill(text, { workerTool })).toBe(expected);
});

test('an unknown variable is a bug', () => {
  expect(() => renderSkill('{{worker_tol}}', { workerTool: null })).toThrow(
    'unknown variable {{worker_tol}}',
  );
});

test('other double braces are text', () => {
  const other = '${{ github.ref }} {{ x }} {{#if}} {{}} {{X}}';
  expect(renderSkill(other, { workerTool: null })).toBe(other);
});

test.each([
  [['Bash', 'Agent', 'TaskCreate'], 'Agent'],
  [['Bash', 'Task', 'TaskOutput'], 'Task'],
  [['Task', 'Agent'], 'Agent'],
  [['TaskCreate', 'TaskStop'], null],
  [[], null],
])('among %j the worker tool is %s', (tools, expected) => {
  expect(workerToolOf(tools)).toBe(expected);
});
