import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { describe, expect, test } from 'vitest';

import { windowsLauncher } from '../../../src/launcher/windows.ts';
import { awkwardFolder, launch, shells } from './shells.ts';
import { specOf } from './spec-of.ts';

const list = 'CLAUDE_CODE_TASK_LIST_ID';
const mark = 'CLAUDE_CODE_RESUME_HINT_COMMAND';
const shellFirst = {
  taskList: list,
  keepEnv: ['ENABLE_TOOL_SEARCH', 'ANTHROPIC_MODEL', 'MINE'],
  env: { ENABLE_TOOL_SEARCH: 'false', [mark]: 'mclaude' },
} as const;
const outer = {
  ENABLE_TOOL_SEARCH: 'auto',
  ANTHROPIC_MODEL: 'other',
  MINE: '1',
  [list]: 'other-app-1',
};

describe.each(shells.map((shell) => [shell.join(' '), shell] as const))('%s', (_name, shell) => {
  test('what the launcher of another variant has set is not the user’s', async () => {
    const { report } = await launch({
      shell,
      spec: shellFirst,
      env: { ...outer, [mark]: 'other' },
    });
    expect(report?.env).toMatchObject({
      ENABLE_TOOL_SEARCH: 'false',
      MINE: '1',
      [mark]: 'mclaude',
    });
    expect(report?.env[list]).toMatch(/^mclaude-/);
    expect(report?.env).not.toHaveProperty('ANTHROPIC_MODEL');
  });

  test.each([{}, { [mark]: 'mclaude' }])(
    'the shell’s own counts, and that of a session of the same variant: %j',
    async (within) => {
      const { report } = await launch({ shell, spec: shellFirst, env: { ...outer, ...within } });
      expect(report?.env).toMatchObject(outer);
    },
  );

  test('the key of another variant goes to no other provider', async () => {
    const variable = 'ANTHROPIC_AUTH_TOKEN';
    const env = { [variable]: 'the other’s key', [mark]: 'other' };
    const fromShell = { key: { kind: 'env', from: variable, variable } } as const;
    expect(await launch({ shell, spec: fromShell, env })).toMatchObject({ exitCode: 1 });

    const file = join(await awkwardFolder(), 'secrets');
    await writeFile(file, 'its own\n');
    const spec = { keepEnv: [variable], key: { kind: 'file', file, variable } } as const;
    expect((await launch({ shell, spec, env })).report?.env[variable]).toBe('its own');
  });
});

test('cmd forgets them as well', () => {
  expect(windowsLauncher(specOf(shellFirst))).toContain(
    [
      `if /i "%${mark}%"=="mclaude" goto own_shell`,
      'set "ENABLE_TOOL_SEARCH="',
      'set "ANTHROPIC_MODEL="',
      `set "${list}="`,
      ':own_shell',
    ].join('\r\n'),
  );
});
