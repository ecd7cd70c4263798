import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { describe, expect, test } from 'vitest';

import { windowsLauncher } from '../../../src/launcher/windows.ts';
import { awkwardFolder, launch, shells } from './shells.ts';
import { specOf } from './spec-of.ts';

const list = 'CLAUDE_CODE_TASK_LIST_ID';
const configDir = "/it's/mclaude/config";
/** What a session passes to the programs that it starts. */
const within = (config: string) => ({ CLAUDECODE: '1', CLAUDE_CONFIG_DIR: config });
const shellFirst = {
  taskList: list,
  keepEnv: ['ENABLE_TOOL_SEARCH', 'ANTHROPIC_MODEL', 'MINE'],
  env: { ENABLE_TOOL_SEARCH: 'false' },
  configDir,
} as const;
const outer = {
  ENABLE_TOOL_SEARCH: 'auto',
  ANTHROPIC_MODEL: 'other',
  MINE: '1',
  [list]: 'other-app-1',
};

describe.each(shells.map((shell) => [shell.join(' '), shell] as const))('%s', (_name, shell) => {
  test('ignores what another variant’s launcher has set', async () => {
    const { report } = await launch({
      shell,
      spec: shellFirst,
      env: { ...outer, ...within('/other/config') },
    });
    expect(report?.env).toMatchObject({
      ENABLE_TOOL_SEARCH: 'false',
      MINE: '1',
    });
    expect(report?.env[list]).toMatch(/^mclaude-/);
    expect(report?.env).not.toHaveProperty('ANTHROPIC_MODEL');
  });

  test.each([{}, { CLAUDE_CONFIG_DIR: '/the/user’s' }, { CLAUDECODE: '1' }, within(configDir)])(
    'takes over what the shell, or a session of the same variant, has set: %j',
    async (around) => {
      const { report } = await launch({ shell, spec: shellFirst, env: { ...outer, ...around } });
      expect(report?.env).toMatchObject(outer);
    },
  );

  test('unsets what the other has set and this one does not know, such as limits', async () => {
    const spec = {
      env: {
        API_TIMEOUT_MS: '1',
        PATH: '/usr/bin:/bin',
        THEIR_OWN: 'x y',
        MY_PATH: 'p',
        HOMES: 'h',
      },
    };
    const their = await launch({ shell, spec, env: { NOT_OURS: 'the shell’s' } });
    const env = { ...their.report?.env, ...within('/other/config') };
    const { stderr, report } = await launch({ shell, spec: { configDir }, env });
    expect(stderr).toBe('');
    expect(report?.env).toMatchObject({ PATH: '/usr/bin:/bin', NOT_OURS: 'the shell’s' });
    for (const name of ['API_TIMEOUT_MS', 'THEIR_OWN', 'MY_PATH', 'HOMES']) {
      expect(report?.env).not.toHaveProperty(name);
    }
    const same = await launch({
      shell,
      spec: { configDir },
      env: { ...env, ...within(configDir) },
    });
    expect(same.report?.env).toMatchObject({ API_TIMEOUT_MS: '1', THEIR_OWN: 'x y' });
  });

  test.each(['', ' ', 'A', '1 A', 'A; exit 3', '$(exit 3)', '*', '-v A', 'A  B'])(
    'reads variable names only: %j',
    async (names) => {
      const env = { CC_MIRROR_VARIABLES: names, A: '1', ...within('/other/config') };
      const { stderr, exitCode, report } = await launch({ shell, spec: { configDir }, env });
      expect([stderr, exitCode]).toEqual(['', 0]);
      expect('A' in (report?.env ?? {})).toBe(!/(^| )A\b/.test(names));
    },
  );

  test('does not send another variant’s key to its own provider', async () => {
    const variable = 'ANTHROPIC_AUTH_TOKEN';
    const env = { [variable]: 'the other’s key', ...within('/other/config') };
    const fromShell = { key: { kind: 'env', from: variable, variable } } as const;
    expect(await launch({ shell, spec: fromShell, env })).toMatchObject({ exitCode: 1 });

    const file = join(await awkwardFolder(), 'secrets');
    await writeFile(file, 'its own\n');
    const spec = { keepEnv: [variable], key: { kind: 'file', file, variable } } as const;
    expect((await launch({ shell, spec, env })).report?.env[variable]).toBe('its own');
  });
});

test('the cmd launcher unsets them, too', () => {
  expect(windowsLauncher(specOf(shellFirst))).toContain(
    [
      `if /i "%CLAUDE_CONFIG_DIR%"=="${configDir}" goto own_shell`,
      'set "ENABLE_TOOL_SEARCH="',
      'set "ANTHROPIC_MODEL="',
      `set "${list}="`,
      'for %%V in (%CC_MIRROR_VARIABLES%) do set "%%V="',
      ':own_shell',
    ].join('\r\n'),
  );
});
