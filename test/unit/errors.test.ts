import { expect, it } from 'vitest';
import { CcMirrorError, describeFailure, refusedAt } from '../../src/errors.ts';

it.each([
  ['usage', 2],
  ['invalid-bundle', 2],
  ['no-such-provider', 3],
  ['capability-unavailable', 4],
  ['probe-failed', 5],
  ['network', 6],
  ['name-taken', 7],
  ['interrupted', 130],
] as const)('%s ends with status %i', (code, status) => {
  expect(describeFailure(new CcMirrorError(code, 'what', 'do this'))).toEqual({
    code,
    message: 'what.',
    hint: 'do this',
    status,
  });
});

it.each(['ENOSPC', 'EROFS', 'EACCES', 'EPERM', 'EDQUOT', 'EFBIG', 'ENOTDIR'])(
  '%s is a storage failure',
  (code) => {
    const error = Object.assign(new Error('x'), { code, path: '/some/place' });
    const failure = describeFailure(error);
    expect(failure).toMatchObject({ code: 'storage', status: 2 });
    expect(failure.message).toContain('/some/place');
    expect(failure.hint).toBeTruthy();
  },
);

it.each([new TypeError('oops'), 'text', Object.assign(new Error('x'), { code: 'ENOENT' })])(
  '%s is a bug',
  (thrown) => {
    expect(describeFailure(thrown)).toMatchObject({
      code: 'bug',
      status: 1,
      hint: expect.stringContaining('report'),
    });
  },
);

it('says a path once where a place and what was refused are one', () => {
  const error = Object.assign(new Error('x'), { code: 'EROFS', path: '/some/place' });
  expect(refusedAt('/some/place', error, 'hint')).toMatchObject({
    message: '/some/place: The file system is read-only.',
  });
  expect(refusedAt('/some', error, 'hint')).toMatchObject({
    message: '/some: The file system is read-only (/some/place).',
  });
});
