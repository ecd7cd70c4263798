import { appendFile, chmod, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { expect, it } from 'vitest';
import type { CheckName } from '../../../src/doctor/finding.ts';
import type { Wish } from '../../../src/lifecycle/wish.ts';
import { type VariantRecord } from '../../../src/variant/record.ts';
import { treeOf } from '../../support/folder.ts';
import { type World } from '../variant/world.ts';
import { changeSettings, folderOf, mend, newPatient, settingsOf, wrong } from './look.ts';

interface Case {
  spoil: (record: VariantRecord, world: World) => Promise<unknown>;
  check: CheckName;
  level: 'warning' | 'error';
  message: RegExp;
  wish?: Partial<Wish>;
}

const key = { provider: 'zai', key: 'sk-test-0123456789abcdef' };
/** Everything that --fix puts right. */
const cases: Record<string, Case> = {
  'a launcher that is gone': {
    spoil: ({ launcher }) => rm(launcher),
    check: 'launcher',
    level: 'error',
    message: /bin\/one is gone/,
  },
  'a launcher that may not be executed': {
    spoil: ({ launcher }) => chmod(launcher, 0o644),
    check: 'launcher',
    level: 'error',
    message: /is not executable/,
  },
  'a launcher that starts something else': {
    spoil: async ({ launcher, bundle }) =>
      writeFile(
        launcher,
        (await readFile(launcher, 'utf8')).replaceAll(bundle.path, '/tmp/cli.js'),
      ),
    check: 'launcher',
    level: 'error',
    message: /does not match variant\.json/,
  },
  'a launcher without a variable': {
    spoil: async ({ launcher }) =>
      writeFile(
        launcher,
        (await readFile(launcher, 'utf8')).replace("export DISABLE_UPDATES='1'\n", ''),
      ),
    check: 'launcher',
    level: 'error',
    message: /does not match variant\.json/,
  },
  'a program that is gone': {
    spoil: ({ bundle }) => rm(bundle.path),
    check: 'bundle',
    level: 'error',
    message: /cli\.js is gone/,
  },
  'a program that was changed': {
    spoil: async ({ bundle }) => {
      await chmod(bundle.path, 0o644);
      await appendFile(bundle.path, '//');
    },
    check: 'bundle',
    level: 'error',
    message: /cli\.js has been modified/,
  },
  'another file of the package that is gone': {
    spoil: ({ bundle }) => rm(join(dirname(bundle.path), 'package.json')),
    check: 'bundle',
    level: 'error',
    message: /package\.json is gone/,
  },
  'a configuration file that is gone': {
    spoil: (record) => rm(settingsOf(record)),
    check: 'configuration',
    level: 'error',
    message: /settings\.json is gone/,
  },
  'a value of ours that is gone': {
    spoil: (record) => changeSettings(record, (settings) => delete settings['autoCompactEnabled']),
    check: 'configuration',
    level: 'warning',
    message: /settings\.json lacks autoCompactEnabled/,
  },
  'a permission that is gone': {
    spoil: (record) => changeSettings(record, ({ permissions }) => permissions.allow.shift()),
    check: 'configuration',
    level: 'warning',
    message: /lacks permissions\.allow/,
  },
  'the updater, not off in the settings': {
    spoil: (record) => changeSettings(record, (settings) => delete settings['env']),
    check: 'updater',
    level: 'warning',
    message: /lacks env\.DISABLE_AUTOUPDATER/,
  },
  'hooks that are gone': {
    spoil: (record) => changeSettings(record, ({ hooks }) => delete hooks.PreToolUse),
    check: 'rules',
    level: 'warning',
    message: /not in force at PreToolUse/,
  },
  'the program of the rules that is gone': {
    spoil: (record) => rm(join(folderOf(record), 'hooks', 'rules.cjs')),
    check: 'rules',
    level: 'error',
    message: /rules\.cjs is gone/,
  },
  'a file of a skill that is gone': {
    spoil: ({ configDir }) => rm(join(configDir, 'skills', 'orchestration', 'SKILL.md')),
    check: 'packs',
    level: 'warning',
    message: /SKILL\.md is gone/,
  },
  'a key that others can read': {
    spoil: (record) => chmod(join(folderOf(record), 'secrets'), 0o644),
    check: 'key',
    level: 'error',
    message: /others can read .*secrets/,
    wish: key,
  },
  'a folder that others may enter': {
    spoil: (record) => chmod(folderOf(record), 0o755),
    check: 'key',
    level: 'warning',
    message: /others can read .*one$/,
  },
  'a helper that the settings lack': {
    spoil: (record) => changeSettings(record, (settings) => delete settings['apiKeyHelper']),
    check: 'key',
    level: 'error',
    message: /lacks apiKeyHelper/,
    wish: { provider: 'zai', keyHelper: 'echo key' },
  },
  'a bundle that nothing refers to': {
    spoil: (record) => mkdir(join(folderOf(record), 'bundle', 'stray')),
    check: 'leftovers',
    level: 'warning',
    message: /nothing refers to .*stray/,
  },
  'a file that was being written': {
    spoil: (record) => writeFile(`${record.launcher}.cc-mirror.tmp`, 'half'),
    check: 'leftovers',
    level: 'warning',
    message: /one\.cc-mirror\.tmp is a leftover/,
  },
  'a build of the store that was changed': {
    spoil: async (_, { home }) => {
      const store = join(home, '.store');
      const paths = Object.keys(await treeOf(store));
      const built = paths.find((path) => /\/[0-9a-f]{16}\/cli\.js$/.test(path)) ?? '';
      await rm(join(store, built));
      await writeFile(join(store, built), 'spoilt');
    },
    check: 'store',
    level: 'warning',
    message: /cli\.js has been changed/,
  },
  'a home that others can write to': {
    spoil: (_, { home }) => chmod(home, 0o777),
    check: 'home',
    level: 'warning',
    message: /others can write to .*\.cc-mirror$/,
  },
  'a store that others can write to': {
    spoil: (_, { home }) => chmod(join(home, '.store'), 0o773),
    check: 'home',
    level: 'warning',
    message: /others can write to .*\.store$/,
  },
  'a scratch folder of the store': {
    spoil: (_, { home }) => mkdir(join(home, '.store', '.tmp-x')),
    check: 'home',
    level: 'warning',
    message: /\.tmp-x was left by an interrupted command/,
  },
  'the staging folder of an interrupted command': {
    spoil: (_, { home }) => mkdir(join(home, '.staging')),
    check: 'home',
    level: 'warning',
    message: /\.staging was left by an interrupted command/,
  },
};

for (const [title, { spoil, check, level, message, wish }] of Object.entries(cases)) {
  it(`finds and repairs ${title}`, async () => {
    const { world, record } = await newPatient(wish);
    expect(await wrong(world)).toEqual([]);
    await spoil(record, world);
    const found = await wrong(world);
    expect(found).toContainEqual({
      check,
      level,
      message: expect.stringMatching(message),
      next: expect.stringMatching(/^cc-mirror doctor (one )?--fix$/),
      fix: expect.anything(),
    });
    expect(await mend(world)).toEqual(new Map());
    // The store has its damaged build no longer, and the variant is sound without it.
    const left = (await wrong(world)).filter(({ message }) => !/no longer has/.test(message));
    expect(left).toEqual([]);
  });
}
