import { describe, expect, it } from 'vitest';
import { isSession, parsePs, parseWindows } from '../../../src/variant/running.ts';

const bundles = ['/h/one/bundle'];
const config = '/h/one/config';
const environment = ['PATH=/bin', `CLAUDE_CONFIG_DIR=${config}`];
const node = '/usr/bin/node';

it.each([
  ['a native build', { program: '/h/one/bundle/2.1.332-a/claude', words: ['claude'] }, true],
  ['one that is deleted', { program: '/h/one/bundle/x/claude (deleted)', words: ['x'] }, true],
  ['a script', { program: node, words: [node, '/h/one/bundle/x/cli.js'] }, true],
  ['one that has named itself', { program: node, words: ['claude'] }, true],
  ['a program of the user’s', { program: node, words: [node, 'server.js'] }, false],
  ['a variant whose name goes on', { program: '/h/one/bundle2/claude', words: ['x'] }, false],
])('%s with the variant’s configuration: %s', (_, { program, words }, session) => {
  expect(isSession({ program, words, environment }, bundles, config)).toBe(session);
});

it('a process without the variant’s configuration is not its session', () => {
  const words = ['vim', '/h/one/bundle/x/cli.js'];
  expect(isSession({ program: '/bin/vim', words, environment: [] }, bundles, config)).toBe(false);
  const another = [`CLAUDE_CONFIG_DIR=${config}2`];
  const program = '/h/one/bundle/x/claude';
  expect(isSession({ program, words, environment: another }, bundles, config)).toBe(false);
});

describe('processes are read from', () => {
  it('ps of macOS', () => {
    const text = `    1 /sbin/launchd
  204 claude PATH=/usr/bin:/bin CLAUDE_CONFIG_DIR=/Users/a b/.cc-mirror/one/config HOME=/Users/a b
  310 ${node} /h/one/bundle/x/cli.js -p CLAUDE_CONFIG_DIR=${config}
`;
    const shown = parsePs(text);
    expect(shown.map(({ pid }) => pid)).toEqual([1, 204, 310]);
    const [, second, third] = shown;
    expect(second?.environment).toContain('CLAUDE_CONFIG_DIR=/Users/a b/.cc-mirror/one/config');
    expect(third && isSession(third, bundles, config)).toBe(true);
    expect(second && isSession(second, ['/x'], '/Users/a b/.cc-mirror/one/config')).toBe(true);
  });

  it('PowerShell of Windows', () => {
    const folder = 'C:\\Users\\a b\\.cc-mirror\\one\\bundle';
    const shown = parseWindows(
      JSON.stringify([
        { ProcessId: 4, ExecutablePath: null, CommandLine: null },
        {
          ProcessId: 7,
          ExecutablePath: `${folder.toUpperCase()}\\x\\claude.exe`,
          CommandLine: 'x',
        },
        {
          ProcessId: 8,
          ExecutablePath: 'C:\\node.exe',
          CommandLine: `"C:\\node.exe"  "${folder.replaceAll('\\', '/')}/x/cli.js" -p`,
        },
        { ProcessId: 9, ExecutablePath: 'C:\\node.exe', CommandLine: 'node server.js' },
      ]),
    );
    const sessions = shown?.filter((one) => isSession(one, [folder], 'C:\\config'));
    expect(sessions?.map(({ pid }) => pid)).toEqual([7, 8]);
    expect([parseWindows(null), parseWindows('{}')]).toEqual([null, null]);
  });
});
