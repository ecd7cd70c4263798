import { execFile } from 'node:child_process';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { beforeEach, describe, expect, it } from 'vitest';
import { readEarlier } from '../../../src/earlier/variant.ts';
import { earlierLauncher } from '../../../src/earlier/launcher.ts';
import {
  type EarlierOptions,
  earlierKey,
  writeEarlierVariant,
} from '../../support/earlier-variant.ts';
import { create, newWorld } from '../variant/world.ts';
import { temporaryFolder, treeOf } from '../../support/folder.ts';

let root: string;

beforeEach(async () => {
  root = temporaryFolder();
});

function make(options: Partial<EarlierOptions> = {}): Promise<string> {
  return writeEarlierVariant({ home: root, bin: join(root, 'bin'), name: 'one', ...options });
}

const read = (): ReturnType<typeof readEarlier> => readEarlier(join(root, 'one'));

describe('readEarlier', () => {
  it('reads a variant of 1.x with team mode', async () => {
    await make({ shape: 'teams', provider: 'mirror' });
    expect(read()).toEqual({
      name: 'one',
      folder: join(root, 'one'),
      provider: 'mirror',
      baseUrl: null,
      configDir: join(root, 'one', 'config'),
      binDir: join(root, 'bin'),
      claude: 'npm:@anthropic-ai/claude-code@2.1.7',
      program: join(root, 'one', 'npm', 'node_modules', '@anthropic-ai', 'claude-code', 'cli.js'),
      pinned: null,
      parts: ['npm', 'config', 'tweakcc'],
      skills: ['orchestration'],
    });
  });

  it('reads a variant of 2.1', async () => {
    await make();
    expect(read()).toMatchObject({
      provider: 'zai',
      baseUrl: 'https://api.z.ai/api/anthropic',
      claude: 'native:2.1.37',
      pinned: null,
      parts: ['native', 'config', 'tweakcc'],
      skills: [],
    });
  });

  it.each<[string, Partial<EarlierOptions>]>([
    ['of the first versions', { shape: 'npm' }],
    ['of later versions, which have a schemaVersion', { shape: 'later' }],
    ['that took over one of ours', { record: { tweakDir: undefined } }],
    ['with more fields', { record: { more: { and: 'more' } } }],
    ['without later fields', { record: { binDir: undefined, shellEnv: undefined } }],
    ['with fields of another type', { record: { binDir: 7, nativeVersion: [], baseUrl: null } }],
  ])('reads one %s', async (_, options) => {
    await make(options);
    expect(read()).toMatchObject({ name: 'one', provider: 'zai' });
  });

  it('reads the version that the user asked for', async () => {
    await make({ record: { nativeVersion: '2.1.37', nativeVersionSource: 'pinned' } });
    expect(read()).toMatchObject({ pinned: '2.1.37' });
    await make({ record: { nativeVersion: 'stable', nativeVersionSource: 'pinned' } });
    expect(read()).toMatchObject({ pinned: null });
  });

  it('drops the password of an address', async () => {
    await make({ baseUrl: 'https://me:hidden@example.com/a' });
    expect(read()).toMatchObject({ baseUrl: 'https://example.com/a' });
  });

  it('changes nothing and does not read the key', async () => {
    await make({ shape: 'teams' });
    const before = await treeOf(root);
    expect(JSON.stringify(read())).not.toContain(earlierKey);
    expect(await treeOf(root)).toEqual(before);
  });
});

describe('readEarlier returns null for', () => {
  const replaceRecord = (text: string): Promise<void> =>
    writeFile(join(root, 'one', 'variant.json'), text);

  it.each<[string, () => Promise<unknown>]>([
    ['nothing', () => rm(join(root, 'one'), { recursive: true })],
    ['a folder without a record', () => rm(join(root, 'one', 'variant.json'))],
    ['broken JSON', () => replaceRecord('{"name":"one",')],
    ['null', () => replaceRecord('null')],
    ['a list', () => replaceRecord('[]')],
    ['another name', () => make({ record: { name: 'two' } })],
    ['no provider', () => make({ record: { provider: undefined } })],
    ['no folder of its own', () => make({ record: { tweakDir: undefined, nativeDir: undefined } })],
    ['no binaryPath', () => make({ record: { binaryPath: undefined } })],
    ['no claudeOrig', () => make({ record: { claudeOrig: undefined } })],
    ['no configDir', () => make({ record: { configDir: undefined } })],
    ['a bundle, which only ours have', () => make({ record: { bundle: {} } })],
    [
      'none of its folders',
      async () => {
        const record = await readFile(join(root, 'one', 'variant.json'), 'utf8');
        await rm(join(root, 'one'), { recursive: true });
        await mkdir(join(root, 'one'));
        await replaceRecord(record);
      },
    ],
    [
      'a folder instead of the record',
      async () => {
        await rm(join(root, 'one', 'variant.json'));
        await mkdir(join(root, 'one', 'variant.json'));
      },
    ],
  ])('%s', async (_, change) => {
    await make();
    await change();
    expect(read()).toBeNull();
  });

  it('one of ours', async () => {
    const world = await newWorld();
    await create(world);
    expect(readEarlier(join(world.home, 'one'))).toBeNull();
  });
});

describe('earlierLauncher', () => {
  it('recognises the launcher of the fixture, which works', async () => {
    const launcher = await make();
    const { stdout } = await promisify(execFile)(launcher, ['-p', 'hello'], {
      env: { PATH: process.env['PATH'] },
    });
    expect(JSON.parse(stdout)).toMatchObject({
      argv: [join(root, 'one', 'native', 'claude'), '-p', 'hello'],
      env: { CLAUDE_CONFIG_DIR: join(root, 'one', 'config'), ANTHROPIC_API_KEY: earlierKey },
    });
    expect(earlierLauncher(await readFile(launcher, 'utf8'), 'one')).toBe(true);
  });

  const bash = (config: string, tweakcc: string): string =>
    `#!/usr/bin/env bash\nset -euo pipefail\nexport CLAUDE_CONFIG_DIR="${config}"\nexport TWEAKCC_CONFIG_DIR="${tweakcc}"\nexec x\n`;
  const home = String.raw`C:\Users\Me\.cc-mirror\one`;
  const escaped = home.replaceAll('\\', '\\\\');

  it.each<[string, string]>([
    ['a bash script', bash('/h/.cc-mirror/one/config', '/h/.cc-mirror/one/tweakcc')],
    ['a folder with spaces', bash('/my home/one/config', '/my home/one/tweakcc')],
    ['a short .cmd', '@echo off\r\nsetlocal\r\nnode "%~dp0one.mjs" %*\r\n'],
    [
      'a long .cmd',
      [
        '@echo off',
        'chcp 65001 >nul 2>&1',
        'setlocal EnableDelayedExpansion',
        '',
        `set "CLAUDE_CONFIG_DIR=${home}\\config"`,
        `set "TWEAKCC_CONFIG_DIR=${home}\\tweakcc"`,
      ].join('\r\n'),
    ],
    [
      'the program next to a short .cmd',
      [
        "import fs from 'node:fs';",
        "import path from 'node:path';",
        "import os from 'node:os';",
        '',
        `const configDir = "${escaped}\\\\config";`,
        `const tweakDir = "${escaped}\\\\tweakcc";`,
      ].join('\n'),
    ],
  ])('recognises %s', (_, text) => {
    expect(earlierLauncher(text, 'one')).toBe(true);
    expect(earlierLauncher(text, 'two')).toBe(false);
    expect(earlierLauncher(text, 'on')).toBe(false);
  });

  it.each<[string, string]>([
    ['nothing', ''],
    ['another script', '#!/usr/bin/env bash\nset -euo pipefail\nexec one "$@"\n'],
    ['the two folders of two variants', bash('/h/one/config', '/g/one/tweakcc')],
    [
      'only the configuration',
      '#!/usr/bin/env bash\nset -euo pipefail\nexport CLAUDE_CONFIG_DIR="/h/one/config"\n',
    ],
    ['another shell', bash('/h/one/config', '/h/one/tweakcc').replace('bash', 'zsh')],
    ['a .cmd that starts another program', '@echo off\r\nsetlocal\r\nnode "%~dp0other.mjs" %*\r\n'],
  ])('refuses %s', (_, text) => {
    expect(earlierLauncher(text, 'one')).toBe(false);
  });

  it('refuses one of ours', async () => {
    const { launcher } = await create(await newWorld());
    expect(earlierLauncher(await readFile(launcher, 'utf8'), 'one')).toBe(false);
  });
});
