import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { writeFakeClaude } from '../../../support/fake-claude.ts';
import { type CommandWorld, newCommandWorld } from '../run.ts';
import { treeOf } from '../../../support/folder.ts';

let world: CommandWorld;
let quick: string[];

beforeEach(async () => {
  world = await newCommandWorld();
  quick = ['quick', 'one', '--provider', 'mirror', '--from', world.claude];
});

describe('the contract of --json', () => {
  it('tells a variant the same way in quick, info, list and update', async () => {
    const made = await world.json(quick);
    expect(made).toMatchObject({ status: 0, schemaVersion: 1, command: 'quick', ok: true });
    const data: unknown = made.data;
    expect(data).toEqual({
      name: 'one',
      provider: 'mirror',
      baseUrl: null,
      launcher: join(world.bin, 'one'),
      configDir: join(world.home, 'one', 'config'),
      claudeVersion: '2.1.16',
      platform: 'any',
      bundle: {
        kind: 'js',
        path: expect.stringMatching(/one\/bundle\/2\.1\.16-\w{6}\/cli\.js$/),
        sha256: expect.stringMatching(/^[0-9a-f]{64}$/),
      },
      capabilities: {
        tasks: expect.objectContaining({ state: 'on', by: 'flip', reason: expect.any(String) }),
        teams: expect.objectContaining({ state: 'on', by: 'flip', reason: expect.any(String) }),
      },
      skills: ['orchestration'],
      packs: [{ id: 'orchestration', source: 'orchestration' }],
      agents: [],
      rules: ['conductor', 'worker', 'report', 'dependencies'],
      channel: world.claude,
      key: null,
      headers: [],
      keepEnv: [],
      next: { step: 'login', command: 'one' },
      notes: [],
      probe: {
        claudeVersion: '2.1.16',
        tasks: true,
        teams: true,
        states: { tasks: 'on', teams: 'on' },
        tools: [
          'Bash',
          'Skill',
          'TaskCreate',
          'TaskGet',
          'TaskUpdate',
          'TaskList',
          'Agent',
          'SendMessage',
        ],
        deferredTools: [],
        agents: [],
        skills: ['orchestration'],
        model: 'stock-model',
        ms: expect.any(Number),
      },
    });
    expect(await world.json(['info', 'one'])).toMatchObject({ command: 'info', ok: true, data });
    expect((await world.json(['list'])).data).toEqual({
      variants: [data],
      earlier: [],
      unreadable: [],
    });
    const updated = await world.json(['update']);
    const probe = { ...made.data.probe, ms: expect.any(Number) as unknown };
    expect(updated).toMatchObject({ status: 0, command: 'update', ok: true });
    expect(updated.data).toEqual({ variants: [{ ...made.data, probe }] });
  });

  it('probes a variant with the settings of the current folder, and a program without', async () => {
    await world.json([...quick, '--no-skills']);
    const folder = join(world.root, 'project');
    await mkdir(join(folder, '.claude'), { recursive: true });
    const path = join(folder, '.claude', 'settings.local.json');
    await writeFile(path, '{"permissions":{"deny":["TaskCreate"]}}');
    const cwd = vi.spyOn(process, 'cwd').mockReturnValue(folder);
    onTestFinished(() => cwd.mockRestore());
    const { data } = await world.json(['probe', 'one']);
    expect(data).toMatchObject({ tasks: false, teams: true, project: [path] });
    const { stdout } = await world.run(['probe', 'one']);
    expect(stdout).toContain(`off: permissions.deny in ${path} takes its tools away`);
    const program = (await world.json(['info', 'one'])).data.bundle.path;
    expect((await world.json(['probe', program])).data).toMatchObject({ tasks: true, project: [] });
    // What is proved is the variant, wherever that is done.
    const [updated] = (await world.json(['update', 'one'])).data.variants;
    expect(updated.capabilities.tasks.state).toBe('on');
    expect(updated.probe).toMatchObject({ tasks: true });
  });

  it('tells a probe and an inspection', async () => {
    await world.json([...quick, '--no-skills']);
    expect((await world.json(['probe', 'one'])).data).toMatchObject({
      tasks: true,
      teams: true,
      skills: [],
    });
    expect((await world.json(['probe', world.claude])).data).toMatchObject({
      tasks: false,
      teams: false,
    });
    const before = await treeOf(world.root);
    const { data } = await world.json(['inspect', world.claude]);
    expect(data).toMatchObject({
      kind: 'js',
      version: '2.1.16',
      platform: 'any',
      modules: 1,
      capabilities: {
        tasks: {
          verdict: 'flip',
          env: {},
          edits: [{ module: 'cli.js', before: 'if(headless())return!1;return!0' }],
        },
        teams: { verdict: 'flip' },
      },
    });
    const text = await readFile(join(world.claude, 'cli.js'));
    const [edit] = data.capabilities.tasks.edits;
    expect(text.toString('utf8', edit.start, edit.end)).toBe(edit.before);
    expect(edit.after).toHaveLength(edit.before.length);
    expect(data.capabilities.tasks.flip).toEqual(edit);
    const [link] = data.capabilities.tasks.chain;
    expect(link).toMatchObject({
      name: 'isEnabled of TaskCreate, TaskGet, TaskUpdate, TaskList',
      module: 'cli.js',
      source: '(){return allOn()}',
      reads: [],
      calls: [
        {
          name: 'allOn',
          source: 'function allOn(){if(headless())return!1;return!0}',
          calls: [{ name: 'headless', reads: ['whether the session is interactive'], calls: [] }],
        },
      ],
    });
    expect(text.toString('utf8', link.start)).toMatch(/^\(\)\{return allOn\(\)\}/);
    const { stdout } = await world.run(['inspect', world.claude]);
    expect(stdout).toContain('│ (){return allOn()}\n        └ allOn  (cli.js at ');
    expect(stdout).toContain('  plan  the edit\n');
    expect(await treeOf(world.root)).toEqual(before);
  });

  it('tells providers and a removal', async () => {
    const { data } = await world.json(['providers', 'list']);
    expect(data.providers).toContainEqual(
      expect.objectContaining({
        id: 'mirror',
        name: 'Anthropic',
        baseUrl: null,
        auth: 'login',
        models: {},
        source: 'shipped',
      }),
    );
    expect((await world.json(['providers', 'show', 'glm'])).data).toMatchObject({ id: 'zai' });
    await world.json([...quick, '--no-probe']);
    expect(await world.json(['remove', 'one', '--yes'])).toMatchObject({
      ok: true,
      data: { name: 'one', folder: join(world.home, 'one'), launcher: join(world.bin, 'one') },
    });
    expect((await world.json(['list'])).data).toMatchObject({ variants: [] });
  });

  it.each<[string[], string, number]>([
    [['frobnicate'], 'usage', 2],
    [['list', '--frob'], 'usage', 2],
    [['list', 'too', 'many'], 'usage', 2],
    [['quick', 'one'], 'usage', 2],
    [['quick', '--provider', 'mirror'], 'usage', 2],
    [['quick', 'one', '--name', 'two', '--provider', 'mirror'], 'usage', 2],
    [['create', 'one'], 'usage', 2],
    [['providers', 'lsit'], 'usage', 2],
    [['info'], 'usage', 2],
    [['quick', '../one', '--provider', 'mirror'], 'invalid-name', 2],
    [['info', '..'], 'invalid-name', 2],
    [['remove', '.store'], 'invalid-name', 2],
    [['update', '-x-'], 'usage', 2],
    [['quick', 'one', '--provider', 'zai', '--from', '/nowhere'], 'missing-key', 2],
    [['quick', 'one', '--provider', 'zia'], 'no-such-provider', 3],
    [['providers', 'show', 'zia'], 'no-such-provider', 3],
    [['quick', 'one', '--provider', 'mirror', '--from', '/nowhere'], 'no-such-path', 3],
    [['quick', 'one', '--provider', 'mirror', '--from', '/etc/passwd'], 'invalid-bundle', 2],
    [
      ['quick', 'one', '--provider', 'mirror', '--claude-version', 'installed'],
      'no-installation',
      3,
    ],
    [['info', 'one'], 'no-such-variant', 3],
    [['remove', 'one'], 'no-such-variant', 3],
    [['update', 'one'], 'no-such-variant', 3],
    [['probe', 'no such thing'], 'no-such-path', 3],
    [['probe', 'x'.repeat(300)], 'no-such-path', 3],
    [['inspect', '/nowhere'], 'no-such-path', 3],
    [['inspect', '/etc/passwd'], 'invalid-bundle', 2],
  ])('tells the failure of %j', async (words, code, status) => {
    const before = await treeOf(world.root);
    const [command] = words;
    for (const line of [words, ['--verbose', ...words]]) {
      const document = await world.json(line);
      expect(document).toEqual({
        status,
        schemaVersion: 1,
        command,
        ok: false,
        error: { code, message: expect.stringMatching(/./), hint: expect.stringMatching(/./) },
      });
    }
    expect(await treeOf(world.root)).toEqual(before);
  });

  it('tells failures of gates, of the proof and of taken names', async () => {
    const codeOf = async (...more: string[]): Promise<unknown[]> => {
      const { status, error } = await world.json([...quick, ...more]);
      return [status, error?.code];
    };
    await writeFakeClaude(world.claude, { teams: 'absent' });
    expect(await codeOf('--teams')).toEqual([4, 'capability-unavailable']);
    await writeFakeClaude(world.claude, { lies: true });
    expect(await codeOf()).toEqual([5, 'probe-failed']);
    expect(await codeOf('--no-probe')).toEqual([0, undefined]);
    expect(await codeOf('--no-probe')).toEqual([7, 'name-taken']);
    expect(await codeOf('--no-probe', '--force')).toEqual([0, undefined]);
    await mkdir(join(world.home, 'two'));
    quick[1] = 'two';
    expect(await codeOf('--no-probe', '--force')).toEqual([7, 'name-taken']);
    await writeFile(join(world.home, 'one', 'variant.json'), '{');
    expect((await world.json(['list'])).data).toMatchObject({
      variants: [],
      unreadable: [{ folder: join(world.home, 'one'), why: expect.stringContaining('JSON') }],
    });
    expect(await world.json(['info', 'one'])).toMatchObject({
      status: 2,
      error: { code: 'invalid-record' },
    });
  });

  it('may stand before the command as well', async () => {
    const { stdout, status } = await world.run(['--json', 'list']);
    expect([status, JSON.parse(stdout)]).toEqual([
      0,
      {
        schemaVersion: 1,
        command: 'list',
        ok: true,
        data: { variants: [], earlier: [], unreadable: [] },
      },
    ]);
    const failed = await world.run(['--home', 'list', '--json', 'info', 'one']);
    expect(JSON.parse(failed.stdout)).toMatchObject({ command: 'info', ok: false });
  });

  it('without a command is a failure told as such', async () => {
    expect(await world.json([])).toMatchObject({
      status: 2,
      command: null,
      error: { code: 'usage' },
    });
  });
});

describe('several variants', () => {
  it('are updated though one of them fails, with the data of the others', async () => {
    const other = join(world.root, 'other');
    await writeFakeClaude(other);
    await world.json(quick);
    await world.json(['quick', 'two', '--provider', 'mirror', '--from', other]);
    await writeFakeClaude(other, { version: '2.1.17' });
    await writeFakeClaude(world.claude, { lies: true });
    const document = await world.json(['update']);
    expect(document).toMatchObject({
      status: 5,
      ok: false,
      command: 'update',
      error: { code: 'probe-failed' },
    });
    expect(document.error?.message).toMatch(/one: .*tasks should be on/);
    expect(
      document.data.variants.map(({ name, claudeVersion }: Record<string, string>) => [
        name,
        claudeVersion,
      ]),
    ).toEqual([['two', '2.1.17']]);
    const { stdout, stderr, status } = await world.run(['update']);
    expect(status).toBe(5);
    expect(stdout).toMatch(/^two {2}up to date.*\none: not updated: /);
    expect(stderr).toContain('error: 1 of 2 variants');
  });

  it('that are named twice are updated once; none is no failure', async () => {
    expect(await world.json(['update'])).toMatchObject({ status: 0, data: { variants: [] } });
    await world.json([...quick, '--no-probe']);
    const { data } = await world.json(['update', 'one', 'one', '--no-probe']);
    expect(data.variants).toHaveLength(1);
  });
});

describe('for people', () => {
  it('says what was created, how, and what to type next', async () => {
    const { stdout, stderr, status } = await world.run(quick);
    expect(status).toBe(0);
    for (const words of [
      'one is ready.',
      'Claude Code 2.1.16 (JavaScript)',
      'on, by an edit',
      'one session sent 8 tools',
      join(world.bin, 'one'),
      `export PATH="${world.bin}:$PATH"`,
      '~/.bashrc',
      'start it and log in',
    ]) {
      expect(stdout).toContain(words);
    }
    expect(stderr).toContain('- Proving it');
    const next = { step: 'login', command: 'one' };
    expect(await world.json(['info', 'one'])).toMatchObject({ data: { next } });
    expect((await world.run(['info', 'one'], { PATH: world.bin })).stdout).toContain(
      'Start it with: one',
    );
    expect((await world.run(['list'])).stdout).toMatch(
      /^one {2}2\.1\.16 {2}mirror {2}tasks on {2}teams on/,
    );
  });

  it('prints only failures with --quiet', async () => {
    expect(await world.run([...quick, '--quiet'])).toEqual({ status: 0, stdout: '', stderr: '' });
    const { stdout, stderr, status } = await world.run(['info', 'two', '--quiet']);
    expect([status, stdout]).toEqual([3, '']);
    expect(stderr).toBe('error: There is no variant "two".\n  → There are: one.\n');
  });

  it('prints a failure in two lines, and more with --verbose', async () => {
    const plain = await world.run(['probe', '/etc/passwd']);
    expect(plain.stderr.split('\n')).toHaveLength(3);
    const verbose = await world.run(['probe', '/etc/passwd', '--verbose']);
    expect(verbose.stderr).toContain('CcMirrorError');
  });

  it('suggests a similar command', async () => {
    const { stderr, status } = await world.run(['lsit']);
    expect(status).toBe(2);
    expect(stderr).toMatch(/Unknown command 'lsit'[^]*Did you mean list\?/);
  });

  it.each([
    [['--help'], /Usage: cc-mirror/],
    [[], /Usage: cc-mirror/],
    [['--version'], /^\d+\.\d+\.\d+\n$/],
    [['help'], /Usage: cc-mirror/],
    [['quick', '--help'], /--claude-version/],
    [['help', 'quick'], /--claude-version/],
    [['providers', '--help'], /show/],
  ])('%j is no failure', async (words, expected) => {
    const { stdout, stderr, status } = await world.run(words);
    expect([status, stderr]).toEqual([0, '']);
    expect(stdout).toMatch(expected);
  });

  it('never shows a key', async () => {
    const key = 'dummy-key-of-a-test-0123456789';
    const custom = [
      'quick',
      'one',
      '--provider',
      'custom',
      '--base-url',
      'http://127.0.0.1:9',
      '--from',
      world.claude,
      '--api-key-env',
      'MY_KEY',
    ];
    const environment = { MY_KEY: key };
    const runs = [
      await world.run([...custom, '--verbose'], environment),
      await world.run(['info', 'one', '--json'], environment),
      await world.run(['update', '--api-key-env', 'MY_KEY'], environment),
      await world.run(custom, environment),
      await world.run(['quick', 'two', '--provider', 'zai', '--api-key-env', key], environment),
      await world.run(
        [
          'quick',
          'two',
          '--provider',
          'custom',
          '--base-url',
          'http://x',
          '--env',
          `ANTHROPIC_API_KEY=${key}`,
        ],
        environment,
      ),
    ];
    expect(runs.map(({ status }) => status)).toEqual([0, 0, 0, 7, 2, 2]);
    for (const { stdout, stderr } of runs) expect(stdout + stderr).not.toContain(key);
    const holders = Object.entries(await treeOf(world.root)).filter(([, text]) =>
      text.includes(key),
    );
    expect(holders.map(([path]) => path)).toEqual(['.cc-mirror/one/secrets']);
  });
});

describe('places', () => {
  it('come from options, then from the environment', async () => {
    const [home, bin, other] = ['h', 'b', 'o'].map((name) => join(world.root, name));
    const environment = { CC_MIRROR_HOME: home ?? '', CC_MIRROR_BIN_DIR: bin ?? '' };
    const { data } = await world.json([...quick, '--no-probe'], environment);
    expect(data).toMatchObject({
      configDir: join(world.root, 'h/one/config'),
      launcher: join(world.root, 'b/one'),
    });
    expect((await world.json(['list'])).data.variants).toEqual([]);
    expect((await world.json(['list', '--home', home ?? ''])).data.variants).toHaveLength(1);
    const second = await world.json(
      [...quick, '--no-probe', '--bin-dir', other ?? ''],
      environment,
    );
    expect(second.error?.code).toBe('name-taken');
    const third = await world.json(['update', '--no-probe', '--bin-dir', other ?? ''], environment);
    expect(third.data.variants[0].launcher).toBe(join(world.root, 'o/one'));
  });

  it('a path to a bundle holds from wherever the update runs', async () => {
    const cwd = process.cwd();
    await world.json([
      ...quick.slice(0, -1),
      join('..', '..', '..', '..', world.claude.slice(1)),
      '--no-probe',
    ]);
    const record: unknown = JSON.parse(
      await readFile(join(world.home, 'one', 'variant.json'), 'utf8'),
    );
    expect(process.cwd()).toBe(cwd);
    expect(record).toMatchObject({
      choices: { source: { path: expect.stringMatching(/^\//) as unknown } },
    });
  });
});
