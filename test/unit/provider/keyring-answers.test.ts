import { beforeEach, expect, test, vi } from 'vitest';
import {
  keepInKeyring,
  readFromKeyring,
  removeFromKeyring,
} from '../../../src/provider/keyring.ts';

/** How the program that asks the keyring ends, and what it was started with. */
const program = vi.hoisted((): { ended: object; started: unknown[][] } => ({
  ended: {},
  started: [],
}));
vi.mock('execa', () => ({
  execa: (...words: unknown[]) => {
    program.started.push(words);
    return Promise.resolve({ timedOut: false, exitCode: 0, ...program.ended });
  },
}));
beforeEach(() => {
  program.started = [];
});

test('a key is read; without an entry there is none', async () => {
  program.ended = { stdout: '{"key":"k"}' };
  expect(await readFromKeyring('a@/h')).toBe('k');
  program.ended = { stdout: '{"key":null}' };
  expect(await readFromKeyring('a@/h')).toBeNull();
});

test('a key goes to the program through its input alone', async () => {
  program.ended = { stdout: '{"key":null}' };
  await keepInKeyring('a@/h', 'sk-SECRET');
  await removeFromKeyring('a@/h');
  const [[file, args, options] = [], [, , removing] = []] = program.started;
  expect(JSON.stringify([file, args])).not.toContain('SECRET');
  expect(options).toMatchObject({
    input: expect.stringMatching(/"operation":"keep","account":"a@\/h","key":"sk-SECRET"/),
  });
  expect(removing).toMatchObject({ input: expect.stringContaining('"operation":"remove"') });
});

test.each([
  [{ timedOut: true, stdout: '' }, /no answer within two minutes/],
  [{ timedOut: true, exitCode: undefined, stdout: '' }, /no answer within two minutes/],
  [{ exitCode: 3, stdout: '{"key":"k"}' }, /exited with 3/],
  [{ stdout: '{"problem":"it is locked"}' }, /it is locked/],
])('%o is a keyring that cannot be used', async (ended, message) => {
  program.ended = ended;
  await expect(readFromKeyring('a@/h')).rejects.toMatchObject({
    code: 'storage',
    message: expect.stringMatching(message),
  });
});
