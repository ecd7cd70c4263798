import { describe, expect, test } from 'vitest';

import { launch, shells } from '../shells.ts';

const variable = 'ANTHROPIC_AUTH_TOKEN';
const awkward = `sk-1 "it's" $HOME \`id\` \\ * é`;

describe.each(shells.map((shell) => [shell.join(' '), shell] as const))('%s', (_name, shell) => {
  test.each([
    ['a variable of the user', 'MY_KEY', { MY_KEY: awkward }],
    ['one that is cleared', 'ANTHROPIC_API_KEY', {}],
    ['the very variable', variable, { [variable]: awkward }],
  ])('reads the key from %s', async (_case, from, stays) => {
    const { report, stderr } = await launch({
      shell,
      spec: {
        key: { kind: 'env', from, variable },
        env: { [variable]: 'placeholder' },
      },
      env: { [variable]: 'ambient', ANTHROPIC_API_KEY: 'ambient', [from]: awkward },
    });
    expect(stderr).toBe('');
    const holding = Object.entries(report?.env ?? {}).filter(([, value]) => value === awkward);
    expect(Object.fromEntries(holding)).toEqual({ [variable]: awkward, ...stays });
    expect(Object.values(report?.env ?? {})).not.toContain('ambient');
  });

  test.each([
    ['as a variable that is exported already', { ccm_key: 'exported' }],
    ['where all variables are exported', { SHELLOPTS: 'allexport' }],
  ])('leaves no copy behind, %s', async (_case, env) => {
    const key = { kind: 'env', from: 'MY_KEY', variable } as const;
    const { report } = await launch({ shell, spec: { key }, env: { ...env, MY_KEY: 'sk-1' } });
    expect(report?.env).toMatchObject({ MY_KEY: 'sk-1', [variable]: 'sk-1' });
    expect(report?.env).not.toHaveProperty('ccm_key');
  });

  test.each([{}, { MY_KEY: '' }])('names the variable without a key: %j', async (env) => {
    const key = { kind: 'env', from: 'MY_KEY', variable } as const;
    const ambient = { [variable]: 'ambient', ccm_key: 'ambient' };
    const result = await launch({ shell, spec: { key }, env: { ...ambient, ...env } });
    expect(result).toMatchObject({ exitCode: 1, stdout: '' });
    expect(result.stderr).toBe(
      'variant mclaude: the variable MY_KEY, which holds its API key, is empty or not set in ' +
        'this shell; set it, or run: cc-mirror update mclaude --key-store file --api-key-stdin',
    );
  });
});
