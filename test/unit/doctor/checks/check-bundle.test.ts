import { expect, it } from 'vitest';
import { breakingProxy } from '../../../../src/doctor/checks/check-bundle.ts';

const proxy = { https_proxy: 'http://proxy.example' };

it.each([
  ['js', '26.12.1', proxy, 'https_proxy'],
  ['js', '26.12.1', { ALL_PROXY: 'x', ...proxy }, 'ALL_PROXY'],
  ['js', '26.12.1', { HTTPS_PROXY: '' }, null],
  ['js', '24.22.3', proxy, null],
  ['native', '26.12.1', proxy, null],
] as const)(
  'a %s build on Node.js %s with %o cannot connect because of %s',
  (kind, node, env, found) => {
    expect(breakingProxy(kind, node, env)).toBe(found);
  },
);
