import { expect } from 'vitest';
import type { ErrorCode } from '../../src/errors.ts';

/** Matches a CcMirrorError with this code, a message that matches and any hint. */
export function failure(code: ErrorCode, words: RegExp = /./): object {
  return {
    name: 'CcMirrorError',
    code,
    message: expect.stringMatching(words),
    hint: expect.stringMatching(/./),
  };
}
