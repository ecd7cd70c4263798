import { expect, it } from 'vitest';
import { posixLauncher } from '../../../src/launcher/posix.ts';
import { readLauncher } from '../../../src/launcher/read-back.ts';
import { partsOf } from '../../../src/provider/header.ts';
import { specOf } from './spec-of.ts';

const awkward = `it's "a" $HOME\nexport FAKE='x'\nexec '/bin/false' "$@"\\`;

it('reads back what a launcher was written from', () => {
  const text = posixLauncher(
    specOf({
      configDir: awkward,
      env: { A: awkward, B: '', KEPT: 'k' },
      keepEnv: ['KEPT'],
      command: { kind: 'js', node: '/n o/node', script: `/s/${awkward}/cli.js` },
      key: { kind: 'file', file: awkward, variable: 'ANTHROPIC_AUTH_TOKEN' },
      taskList: 'CLAUDE_CODE_TASK_LIST_ID',
    }),
  );
  expect(readLauncher(text)).toEqual({
    program: `/s/${awkward}/cli.js`,
    kind: 'js',
    env: { CLAUDE_CONFIG_DIR: awkward, A: awkward, B: '', KEPT: 'k' },
    keepEnv: ['KEPT'],
    key: { store: 'file', variable: 'ANTHROPIC_AUTH_TOKEN' },
    headersOfShell: {},
    cleared: expect.arrayContaining(['ANTHROPIC_MODEL', 'CLAUDE_CODE_USE_VERTEX', 'ccm_node']),
  });
});

it('reads back a native launcher with key and headers of the shell', () => {
  const fromShell = [
    { name: 'a', parts: partsOf('${T}') },
    { name: "b'", parts: partsOf(`it's: \${T}"$U"\${U} x`) },
  ];
  const text = posixLauncher(
    specOf({
      key: { kind: 'env', from: 'MY_KEY', variable: 'ANTHROPIC_API_KEY' },
      headers: { file: '/h', inFile: 0, fromShell },
    }),
  );
  expect(readLauncher(text)).toMatchObject({
    program: '/opt/mclaude/bundle/claude',
    kind: 'native',
    key: { store: 'env', variable: 'ANTHROPIC_API_KEY', from: 'MY_KEY' },
    headersOfShell: { a: '${T}', "b'": `it's: \${T}"$U"\${U} x` },
  });
});

it.each(['', '#!/bin/sh\n', 'exec foo\n'])('finds nothing in %j', (text) => {
  expect(readLauncher(text)).toMatchObject({ program: null, env: {}, key: null });
});
