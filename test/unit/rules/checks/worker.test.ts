import { expect, it } from 'vitest';
import { refuseWorker } from '../../../../src/rules/checks/worker.ts';
import { call } from '../calls.ts';

it.each(['Agent', 'Task'])('refuses %s: a worker starts no workers', (tool) => {
  expect(refuseWorker(call(tool))).toContain('does not start workers');
});

it.each(['TaskCreate', 'TaskUpdate'])('refuses %s: a worker leaves the task list alone', (tool) => {
  expect(refuseWorker(call(tool))).toContain('does not change the task list');
});

it.each(['TaskList', 'TaskGet', 'TaskStop', 'TaskOutput', 'Write', 'Bash'])('allows %s', (tool) => {
  expect(refuseWorker(call(tool))).toBeNull();
});
