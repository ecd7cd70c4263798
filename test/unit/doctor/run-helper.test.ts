import { expect, it } from 'vitest';
import { helperProblem } from '../../../src/doctor/run-helper.ts';

const around = {
  environment: { PATH: process.env['PATH'], KEY: 'sk-SECRET' },
  signal: new AbortController().signal,
};

it.each([
  ['echo "$KEY"', null],
  ['printf %s "$KEY"', null],
  ['echo "$KEY"; exit 3', 'ended with status 3'],
  ['no-such-command-here', 'was not found by the shell'],
  ['true', 'prints nothing'],
  ['echo "$KEY"; echo "$KEY"', 'prints more than one line'],
  ['echo "Bearer $KEY"', 'prints a space or a character that keys do not have'],
  ['yes "$KEY"', 'prints too much for a key'],
  ['kill -9 $$', 'ended with a signal'],
])('%s: %s', async (command, problem) => {
  expect(await helperProblem(command, around)).toBe(problem);
});

it('does not wait for a command that does not answer, or for its children', async () => {
  const problem = await helperProblem('sleep 100 & sleep 100', around, 200);
  expect(problem).toBe('did not answer within 0.2 seconds');
});

it('stops when the command is interrupted', async () => {
  const given = new AbortController();
  const asked = helperProblem('sleep 100', { ...around, signal: given.signal });
  given.abort(new Error('left'));
  await expect(asked).rejects.toThrow('left');
});
