import { chmod, mkdir, readFile, readdir, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { execa } from 'execa';
import { describe, expect, it } from 'vitest';
import { CcMirrorError } from '../../../src/errors.ts';
import type { Wish } from '../../../src/lifecycle/wish.ts';
import type { Context } from '../../../src/home/context.ts';
import { listVariants } from '../../../src/variant/record.ts';
import { bunExecutable, claudeText, machHeader } from '../../support/executables/bun-executable.ts';
import { type FakeClaudeOptions, writeFakeClaude } from '../../support/fake-claude.ts';
import { type World, create, newWorld, update } from '../variant/world.ts';
import { treeOf } from '../../support/folder.ts';
import { failure } from '../../support/failure.ts';

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
    expect(await listVariants(world.around.layout)).toEqual([record]);

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

  it('leaves the package it was made from as it is', async () => {
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
    ['what is on stays', { tasks: 'on', teams: 'on' }, {}, { tasks: 'stock', teams: 'stock' }],
    [
      'flip never',
      { tasks: 'env', teams: 'env' },
      { flip: 'never' },
      { tasks: 'env', teams: 'env' },
    ],
    [
      'flip always',
      { tasks: 'env', teams: 'env' },
      { flip: 'always' },
      { tasks: 'flip', teams: 'flip' },
    ],
    ['flip never where only an edit would do', {}, { flip: 'never' }, { tasks: null, teams: null }],
    ['not wanted', {}, { tasks: false }, { tasks: null, teams: 'flip' }],
    ['absent', { tasks: 'absent', teams: 'absent' }, {}, { tasks: null, teams: null }],
  ])('%s', async (_, options, wish, expected) => {
    const world = await newWorld(options);
    const { capabilities, probe } = await create(world, wish);
    const by = { tasks: capabilities.tasks.by, teams: capabilities.teams.by };
    expect(by).toEqual(expected);
    expect(probe).toMatchObject({ tasks: by.tasks !== null, teams: by.teams !== null });
  });

  it('is not run with --no-probe, and says so in its record', async () => {
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

  it('shares its build with others of the same edits', async () => {
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

  it('lies in one file that only the user can read', async () => {
    const world = await newWorld();
    const record = await create(world, custom);
    expect(record).toMatchObject({
      baseUrl: 'http://127.0.0.1:9/api',
      key: { variable: 'ANTHROPIC_AUTH_TOKEN' },
    });
    const holders = Object.entries(await treeOf(world.root)).filter(([, text]) =>
      text.includes(key),
    );
    expect(holders).toEqual([['.cc-mirror/one/secrets', `file 600 ${key}\n`]]);
    const { stdout } = await execa(record.launcher, ['env'], {
      env: { PATH: '' },
      extendEnv: false,
    });
    expect(JSON.parse(stdout)).toMatchObject({ ANTHROPIC_AUTH_TOKEN: key });
  });

  it('of an Anthropic account is approved by its end, where nobody else reads it', async () => {
    const world = await newWorld();
    await create(world, { key });
    const end = key.slice(-20);
    const holders = Object.entries(await treeOf(world.root)).filter(([, text]) =>
      text.includes(end),
    );
    expect(holders.map(([path, text]) => [path, text.slice(0, 8)])).toEqual([
      ['.cc-mirror/one/config/.claude.json', 'file 600'],
      ['.cc-mirror/one/secrets', 'file 600'],
    ]);
  });

  it('does not follow a provider made anew at another address', async () => {
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

  it('is kept by an update, replaced by a new one, and goes with its provider', async () => {
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

  it('is asked for before anything is fetched or made', async () => {
    const world = await newWorld();
    const source = { kind: 'path', path: '/nowhere' } as const;
    const wish = create(world, { provider: 'zai', source });
    await expect(wish).rejects.toMatchObject(failure('missing-key', /Z\.ai/));
  });
});

describe('an update', () => {
  it('follows its path to a new version and keeps what is the user’s', async () => {
    const world = await newWorld();
    const { configDir, launcher, createdAt } = await create(world);
    const settings = join(configDir, 'settings.json');
    const skill = join(configDir, 'skills', 'orchestration');
    await writeFile(join(configDir, 'CLAUDE.md'), 'of the user');
    await writeFile(
      settings,
      '{"mine":[1],"env":{"DISABLE_AUTOUPDATER":"0"},"permissions":{"allow":[]}}',
    );
    await writeFile(join(skill, 'SKILL.md'), 'edited by the user');
    await writeFile(join(skill, 'own.md'), 'added by the user');
    await writeFile(launcher, `${await readFile(launcher, 'utf8')}# edited\n`);
    await writeFakeClaude(world.claude, { version: '2.1.17', tasks: 'env' });

    const record = await update(world);
    expect(record).toMatchObject({ claudeVersion: '2.1.17', createdAt });
    expect(record.notes).toContainEqual(expect.stringContaining('SKILL.md'));
    expect(await readFile(join(configDir, 'CLAUDE.md'), 'utf8')).toBe('of the user');
    expect(JSON.parse(await readFile(settings, 'utf8'))).toEqual({
      mine: [1],
      env: { DISABLE_AUTOUPDATER: '0' },
      permissions: { allow: [] },
    });
    expect(await readFile(join(skill, 'SKILL.md'), 'utf8')).toBe('edited by the user');
    expect(await readFile(join(skill, 'own.md'), 'utf8')).toBe('added by the user');
    expect(await readFile(launcher, 'utf8')).not.toContain('# edited');
    expect(await readFile(record.bundle.path, 'utf8')).toContain('// Version: 2.1.17');
  });

  it('changes nothing but times when there is nothing new', async () => {
    const world = await newWorld();
    await create(world);
    const timeless = async (): Promise<Record<string, string>> => {
      const tree = await treeOf(world.root);
      const record = '.cc-mirror/one/variant.json';
      return { ...tree, [record]: (tree[record] ?? '').replace(/"(updatedAt|ms)": .*/g, '') };
    };
    const before = await timeless();
    await update(world);
    expect(await timeless()).toEqual(before);
  });

  it('brings back a bundle and a launcher that were lost', async () => {
    const world = await newWorld();
    const { bundle, launcher } = await create(world);
    await rm(dirname(bundle.path), { recursive: true });
    await rm(launcher);
    await update(world);
    const { stdout } = await execa(launcher, ['env'], { env: { PATH: '' }, extendEnv: false });
    expect(JSON.parse(stdout)).toHaveProperty('CLAUDE_CONFIG_DIR');
  });

  it('leaves the launcher where it is, unless another folder is asked for', async () => {
    const world = await newWorld();
    const first = await create(world);
    const elsewhere = join(world.root, 'bin two');
    const layout = { ...world.around.layout, bin: elsewhere };
    expect((await update(world, {}, { layout })).launcher).toBe(first.launcher);
    const moved = await update(world, {}, { layout: { ...layout, binChosen: true } });
    expect(moved.launcher).toBe(join(elsewhere, 'one'));
    expect(await readdir(world.bin)).toEqual([]);
    expect(await readdir(elsewhere)).toEqual(['one']);
  });

  it('leaves a settings file that lies elsewhere, and says so', async () => {
    const world = await newWorld();
    const { configDir } = await create(world);
    const dotfiles = join(world.root, 'dotfiles.json');
    await writeFile(dotfiles, '{"theme":"dark"}', { mode: 0o640 });
    await chmod(dotfiles, 0o640);
    await rm(join(configDir, 'settings.json'));
    await symlink(dotfiles, join(configDir, 'settings.json'));
    const record = await update(world, {}, {}, { owned: {} });
    const tree = await treeOf(world.root);
    expect(tree['.cc-mirror/one/config/settings.json']).toBe(`link ${dotfiles}`);
    expect(tree['dotfiles.json']).toBe('file 640 {"theme":"dark"}');
    expect(record.notes.join()).toMatch(
      /settings\.json leads to .*dotfiles\.json.*permissions\.allow/,
    );
  });

  it('removes a skill that is not wanted any more', async () => {
    const world = await newWorld();
    const { configDir } = await create(world, { skills: ['orchestration', 'router'] });
    expect(await readdir(join(configDir, 'agents'))).toHaveLength(6);
    const record = await update(world, { skills: [] });
    expect(record).toMatchObject({ packs: [], skills: [], agents: [] });
    expect(await readdir(join(configDir, 'skills'))).toEqual([]);
    const settings: unknown = JSON.parse(await readFile(join(configDir, 'settings.json'), 'utf8'));
    expect(settings).toEqual({
      autoCompactEnabled: true,
      env: { DISABLE_AUTOUPDATER: '1' },
      disableDeepLinkRegistration: 'disable',
    });
    expect(await readdir(join(world.home, 'one'))).not.toContain('hooks');
  });

  it('does not mind another command of that name that came later', async () => {
    const world = await newWorld();
    await create(world);
    await mkdir(join(world.root, 'other'));
    await writeFile(join(world.root, 'other', 'one'), '#!/bin/sh\n', { mode: 0o755 });
    const environment = { PATH: join(world.root, 'other') };
    await expect(update(world, {}, { environment })).resolves.toMatchObject({ name: 'one' });
  });

  it('keeps a task list in use that was made when lists had no sums, and decides that once', async () => {
    const world = await newWorld();
    const record = await create(world);
    const project = join(world.root, 'project');
    await mkdir(join(project, '.git'), { recursive: true });
    await mkdir(join(record.configDir, 'tasks', 'one-project'), { recursive: true });
    const state = join(record.configDir, '.claude.json');
    const started = async (...folders: string[]): Promise<void> => {
      const { projects: _, ...rest } = JSON.parse(await readFile(state, 'utf8'));
      const projects = Object.fromEntries(folders.map((folder) => [folder, {}]));
      await writeFile(state, JSON.stringify({ ...rest, projects }));
    };
    const path = join(world.home, 'one', 'variant.json');
    const { earlierLists: _, ...without } = record;
    await writeFile(path, JSON.stringify(without));
    const listIn = async (cwd: string): Promise<string> => {
      const { stdout } = await execa(record.launcher, ['env'], { cwd });
      return JSON.parse(stdout).CLAUDE_CODE_TASK_LIST_ID;
    };
    const other = join(world.root, 'elsewhere', 'project');
    await mkdir(other, { recursive: true });
    await started(project);
    expect(await update(world)).toMatchObject({ earlierLists: [project] });
    await started(other, project);
    expect(await update(world)).toMatchObject({ earlierLists: [project] });
    expect(await listIn(project)).toBe('one-project');
    expect(await listIn(other)).toMatch(/^one-project-\d+$/);
  });
});

describe('what cannot be done changes nothing', () => {
  it.each<[string, FakeClaudeOptions, Partial<Wish>, object]>([
    [
      'gates that lie',
      { lies: true },
      {},
      failure('probe-failed', /tasks should be on by flip.*teams/s),
    ],
    [
      'a skill that does not show',
      { hidesSkills: true },
      {},
      failure('probe-failed', /skills orchestration/),
    ],
    [
      'a gate that is not understood',
      { tasks: 'unknown' },
      {},
      failure('capability-unavailable', /tasks/),
    ],
    [
      'two gates where one should be',
      { teams: 'unknown' },
      {},
      failure('capability-unavailable', /teams/),
    ],
    [
      'demanded and absent',
      { tasks: 'absent' },
      { tasks: true },
      failure('capability-unavailable', /tasks/),
    ],
    [
      'demanded and flip never',
      {},
      { teams: true, flip: 'never' },
      failure('capability-unavailable'),
    ],
    [
      'demanded and switched off by a variable of the user’s',
      { tasks: 'env' },
      { tasks: true, flip: 'never', env: { CLAUDE_CODE_ENABLE_TASKS: '0' } },
      failure('capability-unavailable', /--env CLAUDE_CODE_ENABLE_TASKS takes its tools away/),
    ],
    ['no such path', {}, { source: { kind: 'path', path: '/nowhere' } }, failure('no-such-path')],
    ['no such provider', {}, { provider: 'zia' }, failure('no-such-provider', /zia/)],
    ['a name that leads away', {}, { name: '..' }, failure('invalid-name')],
    ['no address', {}, { provider: 'custom' }, failure('usage', /custom/)],
  ])('%s', async (_, options, wish, expected) => {
    const world = await newWorld(options);
    const before = await treeOf(world.root);
    await expect(create(world, wish)).rejects.toMatchObject(expected);
    expect(await treeOf(world.root)).toEqual(before);
  });

  it('not even in a variant that is there', async () => {
    const world = await newWorld();
    const { configDir } = await create(world);
    await writeFile(join(configDir, 'own'), 'x');
    await writeFakeClaude(world.claude, { version: '2.1.18', lies: true });
    const before = await treeOf(world.root);
    await expect(update(world, { skills: [], key: 'k' })).rejects.toMatchObject(
      failure('probe-failed'),
    );
    expect(await treeOf(world.root)).toEqual(before);
  });

  it('a launcher that somebody else has put there is refused, and replaced with --force', async () => {
    const world = await newWorld();
    await mkdir(world.bin, { recursive: true });
    await writeFile(join(world.bin, 'one'), '#!/bin/sh\necho mine\n');
    const before = await treeOf(world.root);
    await expect(create(world)).rejects.toMatchObject(failure('name-taken', /bin\/one/));
    expect(await treeOf(world.root)).toEqual(before);
    await create(world, { force: true });
    expect(await readFile(join(world.bin, 'one'), 'utf8')).toContain('variant one');
  });

  it('a folder that came up meanwhile is left alone', async () => {
    const world = await newWorld();
    await mkdir(join(world.home, 'one'), { recursive: true });
    await writeFile(join(world.home, 'one', 'file'), 'x');
    await mkdir(world.around.layout.store);
    const before = await treeOf(world.root);
    await expect(create(world)).rejects.toMatchObject(failure('name-taken', /one/));
    expect(await treeOf(world.root)).toEqual(before);
  });

  it('a build for another machine is not run', async () => {
    const world = await newWorld();
    const native = join(world.root, 'claude');
    const modules = [{ name: '/$bunfs/root/cli.js', contents: claudeText('2.1.240') }];
    const header = machHeader();
    await writeFile(native, bunExecutable(modules, { header }).bytes);
    const before = await treeOf(world.root);
    const wish = create(world, { source: { kind: 'path', path: native } });
    await expect(wish).rejects.toMatchObject(failure('unsupported-platform', /darwin/));
    expect(await treeOf(world.root)).toEqual(before);
  });

  it('says where it cannot write', async () => {
    const world = await newWorld();
    await writeFile(join(world.root, 'file'), '');
    const layout = {
      ...world.around.layout,
      home: join(world.root, 'file', 'x'),
      store: join(world.root, 'file', 'x', '.store'),
    };
    await expect(create(world, {}, { layout })).rejects.toMatchObject(
      failure('storage', /file is not a folder/),
    );
  });
});

describe('an interruption', () => {
  const interrupted = new CcMirrorError('interrupted', 'Interrupted; nothing was changed.');

  /** Aborts when the step of that number begins, as the signal of Ctrl-C does; tells of each step. */
  function abortingAt(number: number, steps: string[] = []) {
    const controller = new AbortController();
    const step = (text: string): void => {
      if (steps.push(text) === number) controller.abort(interrupted);
      controller.signal.throwIfAborted();
    };
    return { signal: controller.signal, progress: { step, bytes() {}, note() {} } };
  }

  it.each([
    [
      'creation',
      (world: World, around: Partial<Context>) => create(world, { name: 'two' }, around),
    ],
    ['update', (world: World, around: Partial<Context>) => update(world, {}, around)],
  ])('at any step of a %s leaves everything as it was', async (_, act) => {
    const world = await newWorld();
    await create(world);
    await writeFakeClaude(world.claude, { version: '2.1.19' });
    const before = await treeOf(world.root);
    const steps: string[] = [];
    const last = abortingAt(-1, steps);
    for (let number = 1; steps.at(-1) !== 'Installing'; number++) {
      steps.length = 0;
      await expect(act(world, abortingAt(number, steps))).rejects.toBe(interrupted);
      expect(await treeOf(world.root)).toEqual(before);
    }
    expect(steps.length).toBeGreaterThan(5);
    await expect(act(world, last)).resolves.toMatchObject({ claudeVersion: '2.1.19' });
  });

  it('while the proof runs leaves nothing behind', async () => {
    const world = await newWorld();
    const before = await treeOf(world.root);
    const controller = new AbortController();
    const step = (text: string): void => {
      if (text.startsWith('Proving')) setTimeout(() => controller.abort(interrupted), 1);
    };
    const around = { signal: controller.signal, progress: { step, bytes() {}, note() {} } };
    await expect(create(world, {}, around)).rejects.toBe(interrupted);
    expect(await treeOf(world.root)).toEqual(before);
  });
});
