import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { mergeOwned } from '../../../src/config/merge.ts';
import { adoptionOf, takenFrom } from '../../../src/earlier/adoption.ts';
import { resolveProvider } from '../../../src/provider/resolve-provider.ts';
import { earlierKey } from '../../support/earlier-variant.ts';
import { type Options, adopt, env, inputOf, layout, refusal } from './adoption-of.ts';
import { failure } from '../../support/failure.ts';

describe('adoptionOf', () => {
  it('adopts a variant of 2.1', async () => {
    const adoption = await adopt({ env: env({ MY_OWN: '1' }) });
    expect(adoption).toEqual({
      name: 'one',
      folder: join(layout.home, 'one'),
      chosen: { provider: 'zai', models: {}, env: {}, source: { kind: 'auto' } },
      key: 'ANTHROPIC_API_KEY',
      takenOut: {
        env: expect.arrayContaining(['ANTHROPIC_BASE_URL', 'ANTHROPIC_API_KEY', 'API_TIMEOUT_MS']),
        settings: [],
      },
      kept: ['DISABLE_INSTALLATION_CHECKS', 'DISABLE_AUTOUPDATER', 'Z_AI_API_KEY', 'MY_OWN'],
      skills: [],
      launcher: { path: join(layout.bin, 'one'), state: 'theirs', beside: null },
      left: [join(layout.home, 'one', 'native'), join(layout.home, 'one', 'tweakcc')],
      notes: [
        'the key is now sent as ANTHROPIC_AUTH_TOKEN, as the preset zai says, instead of ANTHROPIC_API_KEY',
        'the models of the preset zai replace glm-5, glm-4.7, glm-4.5-air',
        'settings.json still holds Z_AI_API_KEY',
      ],
    });
  });

  it('adopts a variant of 1.5 with team mode, which needs no key', async () => {
    expect(await adopt({ shape: 'teams', provider: 'mirror' })).toMatchObject({
      chosen: { provider: 'mirror', models: {}, env: {} },
      key: null,
      takenOut: {
        env: [
          'CC_MIRROR_SPLASH',
          'CC_MIRROR_SPLASH_STYLE',
          'TWEAKCC_CONFIG_DIR',
          'CLAUDE_CODE_TEAM_MODE',
          'CLAUDE_CODE_AGENT_TYPE',
        ],
      },
      kept: ['DISABLE_INSTALLATION_CHECKS'],
      skills: ['orchestration'],
      left: [join(layout.home, 'one', 'npm'), join(layout.home, 'one', 'tweakcc')],
      notes: [],
    });
  });

  it('holds no secret', async () => {
    for (const shape of ['teams', 'npm', 'native', 'later'] as const) {
      expect(JSON.stringify(await adopt({ shape }))).not.toContain(earlierKey);
    }
  });

  it('leaves nothing in settings.json that would override the launcher', async () => {
    const input = await inputOf({ env: env({ MY_OWN: '1' }), settings: { model: 'opus' } });
    const adoption = adoptionOf(input);
    const { values } = takenFrom(input.settings, adoption);
    const rest = mergeOwned(input.settings.text, {}, values, 's');
    const { preset } = input.catalogue.entries.find((entry) => entry.preset.id === 'zai') ?? {};
    const provided =
      preset === undefined ? [] : Object.keys(resolveProvider(preset, adoption.chosen).env);
    expect(provided).toContain('ANTHROPIC_BASE_URL');
    const left = JSON.parse(rest);
    expect(Object.keys(left.env).filter((name) => provided.includes(name))).toEqual([]);
    expect(left).toMatchObject({
      permissions: { allow: ['Bash(ls)'] },
      env: { MY_OWN: '1' },
      model: 'opus',
    });
  });

  it('finds the key', async () => {
    for (const shape of ['npm', 'later'] as const) {
      const input = await inputOf({ shape });
      const adoption = adoptionOf(input);
      const variable = shape === 'npm' ? 'ANTHROPIC_API_KEY' : 'ANTHROPIC_AUTH_TOKEN';
      expect(adoption.key).toBe(variable);
      expect(takenFrom(input.settings, adoption).key).toBe(earlierKey);
    }
  });

  it('keeps the version that the user asked for', async () => {
    const record = { nativeVersion: '2.1.37', nativeVersionSource: 'pinned' };
    const { chosen } = await adopt({ record });
    expect(chosen.source).toEqual({ kind: 'exact', version: '2.1.37' });
  });

  it('keeps variables that the user changed', async () => {
    const changed = env({ API_TIMEOUT_MS: '60000', CLAUDE_CODE_TEAM_NAME: 'crew' });
    const { kept } = await adopt({ env: changed });
    expect(kept).toEqual(expect.arrayContaining(['API_TIMEOUT_MS', 'CLAUDE_CODE_TEAM_NAME']));
  });

  it('removes the task list of early team mode', async () => {
    const { takenOut } = await adopt({ env: env({ CLAUDE_CODE_TEAM_NAME: 'one' }) });
    expect(takenOut.env).toContain('CLAUDE_CODE_TEAM_NAME');
  });

  it('does not need settings.json', async () => {
    const input = await inputOf();
    expect(adoptionOf({ ...input, settings: { path: 's', text: null } })).toMatchObject({
      chosen: { provider: 'zai' },
      key: null,
      takenOut: { env: [], settings: [] },
    });
  });
});

describe('the launcher', () => {
  it('may be missing or foreign', async () => {
    const input = await inputOf();
    const stateOf = (text: string | null): string =>
      adoptionOf({ ...input, launcher: { path: 'l', text } }).launcher.state;
    expect(stateOf(null)).toBe('none');
    expect(stateOf('#!/bin/sh\n')).toBe('foreign');
  });

  it('has a program next to it on Windows', async () => {
    const input = await inputOf();
    const path = join('/b', 'one.cmd');
    const { launcher } = adoptionOf({
      ...input,
      launcher: { path, text: null },
      platform: 'win32',
    });
    expect(launcher).toMatchObject({ path, beside: join('/b', 'one.mjs') });
  });
});

describe('refuses', () => {
  it.each<[string, Options, object, RegExp]>([
    [
      'a configuration outside of the folder',
      { record: { configDir: '/elsewhere/config' } },
      failure('invalid-record', /\/elsewhere\/config/),
      /--home DIR/,
    ],
    [
      'an address with a password',
      { baseUrl: 'https://me:hidden@z.example' },
      failure('usage', /user name or password/),
      /--base-url URL --api-key-stdin/,
    ],
    [
      'a token for Anthropic itself',
      { provider: 'mirror', env: { ANTHROPIC_AUTH_TOKEN: earlierKey } },
      failure('usage', /ANTHROPIC_AUTH_TOKEN/),
      /--provider custom/,
    ],
  ])('%s', async (_, options, expected, hint) => {
    const error = await refusal(options);
    expect(error).toMatchObject(expected);
    expect(error.hint).toMatch(hint);
    expect(`${error.message}${error.hint}`).not.toMatch(/hidden|earlier-key/);
  });
});
