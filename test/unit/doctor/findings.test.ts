import { mkdir, readFile, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { expect, it } from 'vitest';
import type { CheckName, Finding } from '../../../src/doctor/finding.ts';
import { hostPlatform } from '../../../src/bundle/platform.ts';
import { bunExecutable, elfHeader } from '../../support/executables/bun-executable.ts';
import { writeEarlierVariant } from '../../support/earlier-variant.ts';
import { writeFakeClaude } from '../../support/fake-claude.ts';
import { launcherFiles } from '../../../src/launcher/files.ts';
import { type World, create, newWorld, update } from '../variant/world.ts';
import { changeSettings, look, mend, newPatient, settingsOf, wrong } from './look.ts';

type Found = Partial<Record<keyof Finding, unknown>>;

const found = (check: CheckName, level: Finding['level'], message: RegExp): Found =>
  expect.objectContaining({ check, level, message: expect.stringMatching(message), fix: null });

async function allOf(world: World, options?: Parameters<typeof look>[1]): Promise<Finding[]> {
  const { variants, home } = await look(world, options);
  return [...variants.flatMap(({ findings }) => findings), ...home];
}

it('prints one line per check for a healthy variant', async () => {
  const { world } = await newPatient({ prove: true });
  const [variant] = (await look(world, { run: true })).variants;
  expect(variant?.findings.map(({ check, level }) => `${check} ${level}`)).toEqual([
    'launcher ok',
    'path ok',
    'bundle ok',
    'store ok',
    'gates ok',
    'configuration ok',
    'updater ok',
    'key ok',
    'packs ok',
    'rules ok',
    'version ok',
    'rollback ok',
    'project ok',
    'leftovers ok',
    'probe ok',
  ]);
});

it.runIf(process.platform === 'linux')(
  'a program whose loader is not on this machine',
  async () => {
    const world = await newWorld();
    const contents = await readFile(join(world.claude, 'cli.js'));
    const musl = (await hostPlatform()).endsWith('-musl') ? 'ld-musl.so' : 'ld-linux.so';
    const machine = process.arch === 'arm64' ? 183 : 62;
    const header = elfHeader({ machine, loader: `/nowhere/${musl}` });
    const path = join(world.root, 'claude');
    const { bytes } = bunExecutable([{ name: '/$bunfs/root/cli.js', contents }], { header });
    await writeFile(path, bytes, { mode: 0o755 });
    await create(world, { prove: false, source: { kind: 'path', path } });
    const findings = await wrong(world, { run: true });
    expect(findings.filter(({ check }) => check === 'bundle' || check === 'probe')).toEqual([
      found('bundle', 'error', /claude needs the loader \/nowhere\/ld-\w+\.so, which this system/),
    ]);
  },
);

it('checks both launcher files on Windows', async () => {
  const { world, record } = await newPatient();
  const layout = { ...world.around.layout, platform: 'win32' as const };
  const { env, bundle, configDir } = record;
  const launcher = join(world.bin, 'one.cmd');
  const command = { kind: 'js', node: 'C:\\node.exe', script: bundle.path } as const;
  const spec = {
    variant: 'one',
    command,
    configDir,
    env,
    keepEnv: ['ENABLE_TOOL_SEARCH'],
    key: null,
    earlierLists: [],
  };
  const whole = { ...spec, cleared: ['X'], taskList: 'CLAUDE_CODE_TASK_LIST_ID' } as const;
  for (const { suffix, text, mode } of launcherFiles(whole, 'win32')) {
    await writeFile(join(world.bin, `one${suffix}`), text, { mode });
  }
  const path = join(world.home, 'one', 'variant.json');
  await writeFile(path, JSON.stringify({ ...record, launcher }));
  expect(await allOf(world, { layout })).toContainEqual(found('launcher', 'ok', /one\.cmd$/));
  await writeFile(launcher, (await readFile(launcher, 'utf8')).replaceAll('cli.js', 'other.js'));
  await rm(join(world.bin, 'one'));
  expect((await wrong(world, { layout })).slice(0, 2)).toMatchObject([
    { check: 'launcher', message: expect.stringMatching(/one\.cmd does not match/) },
    { check: 'launcher', message: expect.stringMatching(/bin\/one is gone/) },
  ]);
});

it('reports a folder missing from PATH, and a command that hides the variant', async () => {
  const { world, record } = await newPatient();
  const environment = { PATH: '/usr/bin', SHELL: '/usr/bin/fish' };
  const [path] = await wrong(world, { environment });
  expect(path).toMatchObject({ check: 'path', next: `fish_add_path '${world.bin}'` });
  const other = join(world.root, 'other');
  await mkdir(other);
  await writeFile(join(other, 'one'), '');
  const both = { PATH: `${other}:${world.bin}` };
  // Not executable: the shell passes it over.
  expect(await wrong(world, { environment: both })).toEqual([]);
  await writeFile(join(other, 'two'), '', { mode: 0o755 });
  await rename(join(other, 'two'), join(other, 'one'));
  expect(await wrong(world, { environment: both })).toEqual([
    found('path', 'warning', /one starts .*other\/one, which comes first/),
  ]);
  expect(dirname(record.launcher)).toBe(world.bin);
});

it('reports invalid JSON in a configuration file once, and keeps the file', async () => {
  const { world, record } = await newPatient();
  const text = '{"theme": "dark",\n}';
  await writeFile(settingsOf(record), text);
  expect(await wrong(world)).toEqual([
    found('configuration', 'error', /settings\.json:2:1 is not valid JSON/),
  ]);
  await rm(record.launcher);
  expect((await mend(world)).get('one')).toEqual([found('repair', 'error', /settings\.json:2:1/)]);
  expect(await readFile(settingsOf(record), 'utf8')).toBe(text);
});

it('reports a file that Claude Code reads instead of .claude.json', async () => {
  const { world, record } = await newPatient();
  await writeFile(join(record.configDir, '.config.json'), '{}');
  expect(await wrong(world)).toEqual([
    found('configuration', 'warning', /\.config\.json instead of \.claude\.json/),
  ]);
});

it('reports settings that turn the updater back on', async () => {
  const { world, record } = await newPatient();
  await changeSettings(record, (settings) =>
    Object.assign(settings, { env: { DISABLE_AUTOUPDATER: '0' } }),
  );
  expect(await wrong(world)).toEqual([found('updater', 'warning', /sets DISABLE_AUTOUPDATER=0/)]);
  await changeSettings(record, (settings) =>
    Object.assign(settings, { env: { DISABLE_AUTOUPDATER: '', DISABLE_UPDATES: 'no' } }),
  );
  expect(await wrong(world)).toEqual([found('updater', 'error', /may replace itself/)]);
});

it('shows where the key is, and at most its ending', async () => {
  const key = 'sk-test-0123456789abcdef';
  const { world, record } = await newPatient({ provider: 'zai', key });
  expect(await allOf(world)).toContainEqual(found('key', 'ok', /only you can read, ends in cdef$/));
  expect(JSON.stringify(await allOf(world))).not.toContain(key.slice(-5));
  await writeFile(join(dirname(record.configDir), 'secrets'), '\n');
  expect(await wrong(world)).toEqual([found('key', 'error', /has no key/)]);
});

it('checks a key in a variable of the shell', async () => {
  const { world } = await newPatient({ provider: 'zai', keyStore: 'env', keyFrom: 'ZAI_KEY' });
  expect(await wrong(world)).toEqual([
    found('key', 'warning', /ZAI_KEY.* is not set in this shell/),
  ]);
  const environment = { ...world.around.environment, ZAI_KEY: 'short' };
  expect(await allOf(world, { environment })).toContainEqual(found('key', 'ok', /^in ZAI_KEY$/));
});

it('checks the user’s own helper', async () => {
  const { world, record } = await newPatient({ provider: 'zai', keyHelper: 'echo key' });
  expect(await allOf(world)).toContainEqual(found('key', 'ok', /printed by your own command/));
  await changeSettings(record, (settings) =>
    Object.assign(settings, { apiKeyHelper: 'echo another' }),
  );
  expect(await allOf(world)).toContainEqual(found('key', 'ok', /your own apiKeyHelper/));
  await changeSettings(record, (settings) =>
    Object.assign(settings, { apiKeyHelper: 'echo key; exit 1' }),
  );
  expect(await wrong(world)).toEqual([found('key', 'error', /ended with status 1$/)]);
});

it('reports outdated, pinned and unknown versions', async () => {
  const { world } = await newPatient();
  await writeFakeClaude(world.claude, { version: '2.1.17' });
  const [older] = await wrong(world);
  expect(older).toMatchObject({ check: 'version', level: 'warning', next: 'cc-mirror update one' });
  await rm(world.claude, { recursive: true });
  expect(await wrong(world)).toEqual([
    found('version', 'warning', /claude package does not exist/),
  ]);
  const record = join(world.home, 'one', 'variant.json');
  const text = await readFile(record, 'utf8');
  const source = { kind: 'exact', version: '2.1.16' };
  const data = JSON.parse(text);
  await writeFile(record, JSON.stringify({ ...data, choices: { ...data.choices, source } }));
  expect(await allOf(world)).toContainEqual(found('version', 'ok', /2\.1\.16, pinned/));
});

it('reports edits missing from the program', async () => {
  const { world, record } = await newPatient({ tasks: false });
  const path = join(world.home, 'one', 'variant.json');
  const { capabilities, ...rest } = JSON.parse(await readFile(path, 'utf8'));
  const tasks = { ...capabilities.tasks, state: 'on', by: 'flip' };
  await writeFile(path, JSON.stringify({ ...rest, capabilities: { ...capabilities, tasks } }));
  expect(await wrong(world)).toContainEqual(
    expect.objectContaining({
      check: 'gates',
      level: 'error',
      message: expect.stringMatching(/the program lacks the edit for tasks/),
    }),
  );
  expect(record.capabilities.tasks.by).toBeNull();
});

it('reports a program that offers less than before', async () => {
  const { world, record } = await newPatient({ prove: true });
  await rm(join(record.configDir, 'skills', 'orchestration'), { recursive: true });
  const missing = await wrong(world, { run: true });
  expect(missing).toContainEqual(found('probe', 'warning', /no longer offers orchestration/));
});

it('reports folders that are not variants, and variants of an earlier cc-mirror', async () => {
  const { world } = await newPatient();
  await mkdir(join(world.home, 'empty'));
  await mkdir(join(world.home, 'notes'));
  await mkdir(join(world.home, 'broken'));
  await writeFile(join(world.home, 'broken', 'variant.json'), '{"name":"broken"}');
  expect(await wrong(world)).toEqual([
    found('home', 'error', /broken is not a variant of this cc-mirror: variant\.json/),
    found('home', 'warning', /empty is not a variant/),
  ]);
});

it('lists the variants of an earlier cc-mirror', async () => {
  const { world } = await newPatient();
  await writeEarlierVariant({ home: world.home, bin: world.bin, name: 'old' });
  expect(await wrong(world)).toEqual([]);
  expect(await allOf(world)).toContainEqual(found('home', 'ok', /^old .* earlier cc-mirror/));
});

it('reports what affects every variant of the machine', async () => {
  const { world } = await newPatient();
  const claude = join(world.root, '.claude');
  await mkdir(join(claude, 'ide'), { recursive: true });
  await writeFile(join(claude, 'ide', '1.lock'), '');
  await writeFile(join(claude, 'CLAUDE.md'), '');
  const findings = await allOf(world);
  expect(findings).toContainEqual(found('machine', 'ok', /find the editors listed in .*ide/));
  expect(findings).toContainEqual(found('machine', 'ok', /also reads .*\.claude\/CLAUDE\.md/));
});

it('reports a rollback that cannot work', async () => {
  const { world, record } = await newPatient();
  await update(world, { tasks: false, prove: false });
  expect(await allOf(world)).toContainEqual(found('rollback', 'ok', /^to 2\.1\.16$/));
  await rm(record.bundle.path);
  expect(await wrong(world)).toEqual([
    found('rollback', 'warning', /cannot roll back to 2\.1\.16/),
  ]);
  await writeFile(join(world.home, 'one', 'previous.json'), '{');
  expect(await wrong(world)).toContainEqual(
    found('rollback', 'error', /previous\.json was not written/),
  );
});

it('keeps settings that are a link to another place', async () => {
  const { world, record } = await newPatient();
  const mine = join(world.root, 'mine.json');
  await writeFile(mine, '{}');
  await rm(settingsOf(record));
  await symlink(mine, settingsOf(record));
  const findings = await allOf(world);
  expect(findings).toContainEqual(found('configuration', 'ok', /is a link to .*mine\.json/));
  expect(findings).toContainEqual(found('configuration', 'warning', /lacks autoCompactEnabled/));
  await mend(world);
  expect(await readFile(mine, 'utf8')).toBe('{}');
});
