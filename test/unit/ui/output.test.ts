import { Writable } from 'node:stream';
import { expect, it, vi } from 'vitest';
import { watchOutput } from '../../../src/ui/output.ts';

/** A stream that refuses what is written with an error of that code, and what has been written. */
function stream(code?: string): { output: Writable; written: () => string } {
  let written = '';
  const output = new Writable({
    autoDestroy: false,
    write(chunk, _, done) {
      written += String(chunk);
      const syscall = 'write';
      done(
        code === undefined ? null : Object.assign(new Error(`${code}, write`), { code, syscall }),
      );
    },
  });
  return { output, written: () => written };
}

const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

it.each([
  ['ENOSPC', 'The disk is full.'],
  ['EIO', 'The disk failed to read or write.'],
])('%s on standard output is told, once, with a status', async (code, words) => {
  const [out, err, fail] = [stream(code), stream(), vi.fn()];
  watchOutput(out.output, err.output, fail);
  out.output.write('one');
  await settled();
  out.output.write('two');
  await settled();
  expect(err.written()).toBe(
    `error: The output could not be written. ${words}\n  → Have it written elsewhere, or free some space there; what the command did stands.\n`,
  );
  expect(fail.mock.calls).toEqual([[2]]);
});

it('a reader that has gone is no failure', async () => {
  const [out, err, fail] = [stream('EPIPE'), stream(), vi.fn()];
  watchOutput(out.output, err.output, fail);
  out.output.write('one');
  await settled();
  expect([err.written(), fail.mock.calls]).toEqual(['', []]);
});

it('of standard error that fails nobody is told', async () => {
  const [out, err, fail] = [stream(), stream('ENOSPC'), vi.fn()];
  watchOutput(out.output, err.output, fail);
  err.output.write('one');
  await settled();
  expect([out.written(), fail.mock.calls]).toEqual(['', []]);
});
