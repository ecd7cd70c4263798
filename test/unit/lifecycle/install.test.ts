import { readFile, readdir, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { describe, expect, it } from 'vitest';
import type { Wish } from '../../../src/lifecycle/wish.ts';
import { listVariants } from '../../../src/variant/read-variant.ts';
import { bunExecutable, claudeText } from '../../support/executables/bun-executable.ts';
import { type FakeClaudeOptions } from '../../support/fake-claude.ts';
import { treeOf } from '../../support/folder.ts';
import { failure } from '../../support/failure.ts';
import { create, newWorld, update } from '../variant/world.ts';

const taskTools = ['TaskCreate', 'TaskGet', 'TaskUpdate', 'TaskList'];

describe('a new variant', () => {
  it('is proved, recorded and started by its command', async () => {
    const world = await newWorld();
    const record = await create(world);
    expect(record).toMatchObject({
      name: 'one',
      provider: 'mirror',
      baseUrl: null,
      claudeVersion: '2.1.16',
      platform: 'any',
      configDir: join(world.home, 'one', 'config'),
      launcher: join(world.bin, 'one'),
      bundle: { kind: 'js', path: expect.stringMatching(/one\/bundle\/2\.1\.16-\w{6}\/cli\.js$/) },
      capabilities: { tasks: { state: 'on', by: 'flip' }, teams: { state: 'on', by: 'flip' } },
      key: null,
      choices: { source: { kind: 'path', path: world.claude } },
      probe: { claudeVersion: '2.1.16', tasks: true, teams: true, skills: ['orchestration'] },
    });
    expect(record.probe?.tools).toEqual(expect.arrayContaining(taskTools));
    expect(record.skills.map(({ name }) => name)).toEqual(['orchestration']);
    expect(listVariants(world.around.layout)).toEqual([record]);

    const settings: unknown = JSON.parse(
      await readFile(join(record.configDir, 'settings.json'), 'utf8'),
    );
    expect(settings).toEqual({
      autoCompactEnabled: true,
      env: { DISABLE_AUTOUPDATER: '1' },
      disableDeepLinkRegistration: 'disable',
      permissions: {
        allow: [
          'Skill(orchestration)',
          `Read(/${record.configDir}/skills/orchestration/**)`,
          'Edit(.cc-mirror/plan.md)',
          'Edit(.cc-mirror/notes/**)',
        ],
      },
      hooks: expect.objectContaining({ PreToolUse: expect.any(Array) }),
    });
    const stateFile = await readFile(join(record.configDir, '.claude.json'), 'utf8');
    // The first start is Claude Code's own, which leads to its login.
    expect(JSON.parse(stateFile)).toEqual({});
    const skill = join(record.configDir, 'skills/orchestration/SKILL.md');
    expect(await readFile(skill, 'utf8')).toContain('`Agent`');
    expect((await stat(record.configDir)).mode & 0o777).toBe(0o700);
    expect((await readdir(world.home)).sort()).toEqual(['.store', 'one']);

    const { stdout } = await execa(record.launcher, ['env'], {
      cwd: world.root,
      env: { PATH: '', ANTHROPIC_API_KEY: 'of another account', CLAUDE_CONFIG_DIR: '/elsewhere' },
      extendEnv: false,
    });
    const environment: unknown = JSON.parse(stdout);
    expect(environment).toMatchObject({
      CLAUDE_CONFIG_DIR: record.configDir,
      DISABLE_AUTOUPDATER: '1',
      CLAUDE_CODE_TASK_LIST_ID: expect.stringMatching(/^one-/),
    });
    expect(environment).not.toHaveProperty('ANTHROPIC_API_KEY');
  });

  it('does not change the package it was created from', async () => {
    const world = await newWorld();
    const before = await treeOf(world.claude);
    const { bundle } = await create(world);
    expect(await treeOf(world.claude)).toEqual(before);
    const [stock, edited] = await Promise.all([
      readFile(join(world.claude, 'cli.js')),
      readFile(bundle.path),
    ]);
    expect(edited.length).toBe(stock.length);
    expect(edited.equals(stock)).toBe(false);
  });

  it.each<[string, FakeClaudeOptions, Partial<Wish>, object]>([
    [
      'leaves a capability alone that is already on',
      { tasks: 'on', teams: 'on' },
      {},
      { tasks: 'stock', teams: 'stock' },
    ],
    [
      'uses variables with --flip never',
      { tasks: 'env', teams: 'env' },
      { flip: 'never' },
      { tasks: 'env', teams: 'env' },
    ],
    [
      'edits with --flip always',
      { tasks: 'env', teams: 'env' },
      { flip: 'always' },
      { tasks: 'flip', teams: 'flip' },
    ],
    [
      'accepts absent capabilities',
      { tasks: 'absent', teams: 'absent' },
      {},
      { tasks: null, teams: null },
    ],
  ])('%s', async (_, options, wish, expected) => {
    const world = await newWorld(options);
    const { capabilities, probe } = await create(world, wish);
    const by = { tasks: capabilities.tasks.by, teams: capabilities.teams.by };
    expect(by).toEqual(expected);
    expect(probe).toMatchObject({ tasks: by.tasks !== null, teams: by.teams !== null });
  });

  it('is not run with --no-probe, and its record says so', async () => {
    const world = await newWorld({ lies: true });
    const record = await create(world, { prove: false });
    expect(record.probe).toBeNull();
    expect(record.capabilities.tasks).toMatchObject({ state: 'on', by: 'flip' });
    const skill = await readFile(join(record.configDir, 'skills/orchestration/SKILL.md'), 'utf8');
    expect(skill).toContain('`Agent`');
  });

  it('has no skill with --no-skills', async () => {
    const world = await newWorld({ hidesSkills: true });
    const record = await create(world, { skills: [] });
    expect(record.skills).toEqual([]);
    expect(await readdir(record.configDir)).toEqual(expect.not.arrayContaining(['skills']));
    const settings = await readFile(join(record.configDir, 'settings.json'), 'utf8');
    expect(settings).not.toContain('Skill(');
  });

  it('can be native, from a file that this machine cannot run', async () => {
    const world = await newWorld();
    const native = join(world.root, 'claude-native');
    const { bytes } = bunExecutable([
      { name: '/$bunfs/root/cli.js', contents: claudeText('2.1.240') },
    ]);
    await writeFile(native, bytes);
    const source = { kind: 'path', path: native } as const;
    const record = await create(world, { source, prove: false, skills: [] });
    expect(record).toMatchObject({ claudeVersion: '2.1.240', bundle: { kind: 'native' } });
    expect((await stat(record.bundle.path)).mode & 0o111).toBe(0o111);
    expect(await readFile(record.bundle.path)).toEqual(bytes);
    expect(await readFile(record.launcher, 'utf8')).toContain(`exec '${record.bundle.path}' "$@"`);
  });

  it('shares its build with variants that have the same edits', async () => {
    const world = await newWorld();
    const one = await create(world);
    const store = await treeOf(world.around.layout.store);
    const two = await create(world, { name: 'two' });
    // What is known of the files' hashes is another with each link.
    const known = { 'hashes.json': expect.any(String) };
    expect({ ...(await treeOf(world.around.layout.store)), ...known }).toEqual({
      ...store,
      ...known,
    });
    expect((await stat(two.bundle.path)).ino).toBe((await stat(one.bundle.path)).ino);
  });
});

describe('a key', () => {
  const key = 'dummy-key-of-a-test-0123456789-abcdefghij';
  const custom = { provider: 'custom', baseUrl: 'http://127.0.0.1:9/api', key };

  it('is dropped when the provider is recreated with another address', async () => {
    const world = await newWorld();
    await create(world, custom);
    const anew = { provider: 'custom', source: { kind: 'path', path: world.claude } } as const;
    const same = await update(world, { ...anew, baseUrl: custom.baseUrl });
    expect(same.key).toEqual({ store: 'file', variable: 'ANTHROPIC_AUTH_TOKEN' });
    const other = await update(world, { ...anew, baseUrl: 'http://127.0.0.1:9/other' });
    expect(other.key).toBeNull();
    const secrets = join(world.home, 'one', 'secrets');
    await expect(stat(secrets)).rejects.toMatchObject({ code: 'ENOENT' });
  });

  it('is kept by an update, replaced by a new one, and removed with its provider', async () => {
    const world = await newWorld();
    const { launcher } = await create(world, custom);
    const secrets = join(world.home, 'one', 'secrets');
    await update(world);
    expect(await readFile(secrets, 'utf8')).toBe(`${key}\n`);
    await update(world, { key: 'another-key' });
    expect(await readFile(secrets, 'utf8')).toBe('another-key\n');
    expect((await stat(secrets)).mode & 0o777).toBe(0o600);

    const anew = await update(world, {
      provider: 'mirror',
      source: { kind: 'path', path: world.claude },
      force: true,
    });
    expect(anew).toMatchObject({ key: null, baseUrl: null });
    await expect(stat(secrets)).rejects.toMatchObject({ code: 'ENOENT' });
    expect(await readFile(launcher, 'utf8')).not.toMatch(/read -r|127\.0\.0\.1:9/);
  });

  it('is required before anything is fetched or created', async () => {
    const world = await newWorld();
    const source = { kind: 'path', path: '/nowhere' } as const;
    const wish = create(world, { provider: 'zai', source });
    await expect(wish).rejects.toMatchObject(failure('missing-key', /Z\.ai/));
  });
});
