import { expect, it } from 'vitest';
import { layoutOf } from '../../../src/variant/layout.ts';

const base = { environment: {}, userHome: '/u', platform: 'linux' } as const;

it.each([
  ['the defaults', {}, '/u/.cc-mirror', '/u/.local/bin', false],
  [
    'treats empty variables as unset',
    { environment: { CC_MIRROR_HOME: '', CC_MIRROR_BIN_DIR: '' } },
    '/u/.cc-mirror',
    '/u/.local/bin',
    false,
  ],
  [
    'variables',
    { environment: { CC_MIRROR_HOME: '/h', CC_MIRROR_BIN_DIR: '/b' } },
    '/h',
    '/b',
    true,
  ],
  [
    'options win',
    { home: '/o', binDir: '/p', environment: { CC_MIRROR_HOME: '/h', CC_MIRROR_BIN_DIR: '/b' } },
    '/o',
    '/p',
    true,
  ],
])('%s', (_, given, home, bin, binChosen) => {
  expect(layoutOf({ ...base, ...given })).toEqual({
    home,
    bin,
    binChosen,
    platform: 'linux',
    store: `${home}/.store`,
    providers: `${home}/providers`,
  });
});

it('puts launchers in the home on Windows', () => {
  expect(layoutOf({ ...base, platform: 'win32' }).bin).toBe('/u/.cc-mirror/bin');
});
