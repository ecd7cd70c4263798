import { expect, it } from 'vitest';
import { keyScript, rulesScriptText } from '../../../src/plan/run-scripts.ts';

const spec = { folder: '/v/hooks', program: 'rules.cjs', node: '/usr/bin/node', native: null };
const windows = {
  folder: 'C:\\v\\hooks',
  program: 'rules.cjs',
  node: 'C:\\node.exe',
  native: 'C:\\v\\claude.exe',
};

it('says once a session that no Node.js can run the rules', () => {
  const lines = rulesScriptText(spec).split('\n');
  expect(lines.slice(0, 3)).toContain("program='/v/hooks/rules.cjs'");
  expect(lines.slice(lines.indexOf('IFS= read -r input'))).toEqual([
    'IFS= read -r input',
    `session=\${input#*'"session_id":"'}`,
    `session=\${session%%'"'*}`,
    'case $session in "" | *[!A-Za-z0-9_-]*) session=unknown ;; esac',
    "said='/v/hooks'/sessions/$session",
    'mkdir -p "$said"',
    'if [ ! -e "$said/no-node" ] && : >"$said/no-node"; then',
    `  printf '%s\\n' '{"systemMessage":"cc-mirror'\\''s rules are not in force: there is no Node.js to run them"}'`,
    'fi',
    '',
  ]);
});

it('uses slashes on Windows, where the shell of Git runs the rules, and there only', () => {
  const text = rulesScriptText(windows);
  expect(text).toContain("program='C:/v/hooks/rules.cjs'\nnode='C:/node.exe'\n");
  expect(text).toContain("cd 'C:/v/hooks'");
  expect(text).toContain("'C:/v/claude.exe' --version");
  expect(text).toContain("said='C:/v/hooks'/sessions/$session");
  const share = rulesScriptText({ ...windows, folder: '\\\\server\\v' });
  expect(share).toContain("program='//server/v/rules.cjs'\nnode='C:/node.exe'\n");
  for (const folder of ['/a/C:\\v', '/a\\\\v', '/a\\v']) {
    expect(rulesScriptText({ ...spec, folder })).toContain(`program='${folder}/rules.cjs'\n`);
  }
});

it('says which variant gets no key without Node.js', () => {
  const problem = 'variant one: no Node.js to read its API key from the keyring';
  const posix = keyScript('one', 'linux', spec);
  expect(posix).toMatch(/^#!\/bin\/sh\n/);
  expect(posix.endsWith(`\nprintf '%s\\n' '${problem}' >&2\nexit 1\n`)).toBe(true);
  const cmd = keyScript('one', 'win32', windows);
  expect(cmd).toMatch(/^@echo off\r\n/);
  expect(cmd).toContain(`\r\n>&2 echo ${problem}\r\nexit /b 1\r\n`);
});
