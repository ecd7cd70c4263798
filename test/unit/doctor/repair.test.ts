import {
  appendFile,
  chmod,
  mkdir,
  readFile,
  readdir,
  rename,
  rm,
  stat,
  symlink,
  writeFile,
} from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { expect, it } from 'vitest';
import type { CheckName } from '../../../src/doctor/finding.ts';
import type { Wish } from '../../../src/lifecycle/wish.ts';
import { type VariantRecord, requireVariant } from '../../../src/variant/record.ts';
import { type World, rollback, update } from '../variant/world.ts';
import { look, mend, newPatient, wrong } from './look.ts';
import { treeOf } from '../../support/folder.ts';

interface Case {
  spoil: (record: VariantRecord, world: World) => Promise<unknown>;
  check: CheckName;
  level: 'warning' | 'error';
  message: RegExp;
  wish?: Partial<Wish>;
}

const key = { provider: 'zai', key: 'sk-test-0123456789abcdef' };
const settingsOf = ({ configDir }: VariantRecord): string => join(configDir, 'settings.json');
const folderOf = ({ configDir }: VariantRecord): string => dirname(configDir);

async function changeSettings(
  record: VariantRecord,
  change: (settings: { [key: string]: any }) => void, // oxlint-disable-line typescript/no-explicit-any -- a user's file
): Promise<void> {
  const settings = JSON.parse(await readFile(settingsOf(record), 'utf8'));
  change(settings);
  await writeFile(settingsOf(record), JSON.stringify(settings));
}

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

it('changes nothing if nothing is wrong', async () => {
  const { world } = await newPatient();
  const before = await treeOf(world.root);
  await look(world, { run: true });
  await mend(world);
  expect(await treeOf(world.root)).toEqual(before);
});

it('restores our values and keeps the user’s', async () => {
  const { world, record } = await newPatient();
  const skill = join(record.configDir, 'skills', 'orchestration');
  await appendFile(join(skill, 'SKILL.md'), 'mine');
  await writeFile(join(skill, 'my-notes.md'), 'mine');
  await changeSettings(record, (settings) => {
    settings['autoCompactEnabled'] = false;
    settings['theme'] = 'dark';
    delete settings['env'];
  });
  await rm(record.launcher);
  expect(await mend(world)).toEqual(new Map());
  expect(await readFile(join(skill, 'SKILL.md'), 'utf8')).toMatch(/mine$/);
  expect(await readFile(join(skill, 'my-notes.md'), 'utf8')).toBe('mine');
  const settings = JSON.parse(await readFile(settingsOf(record), 'utf8'));
  expect(settings).toMatchObject({
    autoCompactEnabled: false,
    theme: 'dark',
    env: { DISABLE_AUTOUPDATER: '1' },
  });
  const { variants } = await look(world);
  expect(variants[0]?.findings).toContainEqual(
    expect.objectContaining({
      check: 'packs',
      level: 'ok',
      message: expect.stringMatching(/edited by you/),
    }),
  );
  expect(variants[0]?.findings).toContainEqual(
    expect.objectContaining({
      level: 'ok',
      message: expect.stringMatching(/your own values: autoCompactEnabled/),
    }),
  );
});

it('does not replace another program by a launcher, and says so', async () => {
  const { world, record } = await newPatient();
  await writeFile(record.launcher, '#!/bin/sh\necho mine\n', { mode: 0o755 });
  await rm(join(record.configDir, 'skills', 'orchestration', 'SKILL.md'));
  const failures = await mend(world);
  expect(failures.get('one')).toMatchObject([
    { check: 'repair', level: 'error', message: expect.stringMatching(/not a launcher/) },
  ]);
  expect(await readFile(record.launcher, 'utf8')).toContain('mine');
});

it('does not trust earlier hashes', async () => {
  const { world, record } = await newPatient();
  const { path, sha256 } = record.bundle;
  await chmod(path, 0o644);
  await appendFile(path, '//');
  await chmod(path, 0o555);
  const { dev, ino, size, mtimeNs, ctimeNs } = await stat(path, { bigint: true });
  const state = `${size}:${mtimeNs}:${ctimeNs}`;
  const hashes = join(world.home, '.store', 'hashes.json');
  const known = JSON.parse(await readFile(hashes, 'utf8'));
  known.hashes[`${dev}:${ino}`] = { state, sha256 };
  await writeFile(hashes, JSON.stringify(known));
  expect(await wrong(world)).toMatchObject([{ check: 'bundle' }]);
  await mend(world);
  expect(await wrong(world)).toEqual([]);
});

it('does not change what rollback restores', async () => {
  const { world, record: first } = await newPatient({ teams: false });
  const second = await update(world, { teams: true, prove: false });
  await chmod(second.bundle.path, 0o644);
  await appendFile(second.bundle.path, '//');
  await rm(second.launcher);
  expect(await mend(world)).toEqual(new Map());
  expect(await wrong(world)).toEqual([]);
  const folders = await readdir(join(folderOf(first), 'bundle'));
  expect(folders).not.toContain(basename(dirname(second.bundle.path)));
  expect((await requireVariant(world.around.layout, 'one')).retired).toEqual([]);
  expect(await rollback(world)).toMatchObject({ state: { record: { bundle: first.bundle } } });
  expect(await wrong(world)).toEqual([]);
});

it('does not offer a rollback to a damaged build', async () => {
  const { world, record } = await newPatient();
  await update(world, { env: { API_TIMEOUT_MS: '1000' }, prove: false });
  await rm(record.bundle.path);
  expect(await mend(world)).toEqual(new Map());
  expect(await wrong(world)).toEqual([]);
  await expect(rollback(world)).rejects.toMatchObject({ code: 'no-such-version' });
});

it('repairs a home that was moved', async () => {
  const { world } = await newPatient();
  const home = `${world.home}-moved`;
  await rename(world.home, home);
  const layout = { ...world.around.layout, home, store: join(home, '.store') };
  const found = await wrong(world, { layout });
  expect(found).toContainEqual(
    expect.objectContaining({
      check: 'configuration',
      message: expect.stringMatching(/it was created for/),
    }),
  );
  expect(await mend(world, { layout })).toEqual(new Map());
  expect(await wrong(world, { layout })).toEqual([]);
});

it('keeps a link that leads out of the variant, and names it once', async () => {
  const { world, record } = await newPatient();
  const shared = join(world.root, 'shared');
  const skills = join(record.configDir, 'skills');
  await rename(skills, shared);
  await symlink(shared, skills);
  const leading = async () =>
    (await look(world)).variants[0]?.findings.filter(({ message }) => message.includes(skills));
  expect(await leading()).toMatchObject([
    {
      check: 'packs',
      level: 'ok',
      message: expect.stringMatching(/is a link to .*shared.* skipped/),
    },
  ]);
  await rm(join(shared, 'orchestration'), { recursive: true });
  expect(await leading()).toMatchObject([
    {
      check: 'packs',
      level: 'warning',
      message: expect.stringMatching(/is skipped; it lacks orchestration$/),
      next: expect.stringMatching(/^Replace the link .*then: cc-mirror doctor one --fix$/),
    },
  ]);
  expect(await wrong(world)).toHaveLength(1);
});

it('reports a missing bundle as one finding', async () => {
  const { world, record } = await newPatient();
  await rm(dirname(record.bundle.path), { recursive: true });
  const bundle = (await wrong(world)).filter(({ check }) => check === 'bundle');
  expect(bundle).toMatchObject([
    { message: expect.stringMatching(/^2 files of the bundle are gone/) },
  ]);
});

it('reports missing files as one finding', async () => {
  const { world, record } = await newPatient({ skills: ['orchestration', 'router'] });
  await rm(join(record.configDir, 'skills'), { recursive: true });
  expect(await wrong(world)).toMatchObject([
    { check: 'packs', message: expect.stringMatching(/^\d+ files of packs are gone: .*SKILL\.md/) },
  ]);
  await mend(world);
  expect(await wrong(world)).toEqual([]);
});
