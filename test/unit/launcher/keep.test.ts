import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { describe, expect, test } from 'vitest';

import { awkwardFolder, launch, shells } from './shells.ts';

const variable = 'ANTHROPIC_API_KEY';

describe.each(shells.map((shell) => [shell.join(' '), shell] as const))('%s', (_name, shell) => {
  test('keeps the chosen variables, and clears the rest', async () => {
    const { report } = await launch({
      shell,
      spec: { cleared: ['SWITCH', 'OTHER'], keepEnv: ['ANTHROPIC_MODEL', 'SWITCH', 'ABSENT'] },
      env: { ANTHROPIC_MODEL: 'm', CLAUDE_CODE_USE_BEDROCK: '1', SWITCH: '', OTHER: '1' },
    });
    expect(report?.env).toMatchObject({ ANTHROPIC_MODEL: 'm', SWITCH: '' });
    for (const name of ['CLAUDE_CODE_USE_BEDROCK', 'OTHER', 'ABSENT']) {
      expect(report?.env).not.toHaveProperty(name);
    }
  });

  test.each([
    ["the shell's, where it has one", { A: "it's $1" }, "it's $1"],
    ["the variant's, where that is empty", { A: '' }, "the variant's"],
    ["the variant's, where there is none", {}, "the variant's"],
  ])('has the value %s', async (_case, env, expected) => {
    const spec = { keepEnv: ['A'], env: { A: "the variant's" } };
    const { report } = await launch({ shell, spec, env });
    expect(report?.env['A']).toBe(expected);
  });

  test('prefers the shell’s key to that in a file, which may be missing', async () => {
    const file = join(await awkwardFolder(), 'secrets');
    const spec = { keepEnv: [variable], key: { kind: 'file', file, variable } } as const;
    const keyOf = async (key: string) =>
      (await launch({ shell, spec, env: { [variable]: key } })).report?.env[variable];
    expect(await keyOf("the shell's")).toBe("the shell's");
    expect(await keyOf('')).toBeUndefined();
    await writeFile(file, 'in the file\n');
    expect(await keyOf("the shell's")).toBe("the shell's");
    expect(await keyOf('')).toBe('in the file');
  });

  test('prefers the variable itself to the one that holds the key', async () => {
    const spec = {
      keepEnv: [variable],
      key: { kind: 'env', from: 'MY_KEY', variable },
    } as const;
    const keyOf = async (env: Record<string, string>) =>
      (await launch({ shell, spec, env })).report?.env[variable];
    expect(await keyOf({ [variable]: 'kept', MY_KEY: 'mine' })).toBe('kept');
    expect(await keyOf({ [variable]: 'kept' })).toBe('kept');
    expect(await keyOf({ [variable]: '', MY_KEY: 'mine' })).toBe('mine');
    expect(await keyOf({})).toBeUndefined();
  });
});
