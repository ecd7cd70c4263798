import { Writable } from 'node:stream';
import { expect, it, vi } from 'vitest';
import { watchOutput } from '../../../src/ui/output.ts';

/** A stream that fails with that code, and the text written to it. */
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
])('%s on standard output is reported once, with a status', async (code, words) => {
  const [out, err, fail] = [stream(code), stream(), vi.fn()];
  watchOutput(out.output, err.output, fail);
  out.output.write('one');
  await settled();
  out.output.write('two');
  await settled();
  expect(err.written()).toBe(
    `error: The output could not be written. ${words}\n  → Write it elsewhere, or free some space there; the command itself was not undone.\n`,
  );
  expect(fail.mock.calls).toEqual([[2]]);
});

it('a reader that stops early is not a failure', async () => {
  const [out, err, fail] = [stream('EPIPE'), stream(), vi.fn()];
  watchOutput(out.output, err.output, fail);
  out.output.write('one');
  await settled();
  expect([err.written(), fail.mock.calls]).toEqual(['', []]);
});

it('failures of standard error are ignored', async () => {
  const [out, err, fail] = [stream(), stream('ENOSPC'), vi.fn()];
  watchOutput(out.output, err.output, fail);
  err.output.write('one');
  await settled();
  expect([out.written(), fail.mock.calls]).toEqual(['', []]);
});
