import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { writeFakeClaude } from '../../../support/fake-claude.ts';
import { treeOf } from '../../../support/folder.ts';
import { type CommandWorld, newCommandWorld } from '../run.ts';

let world: CommandWorld;
let quick: string[];

beforeEach(async () => {
  world = await newCommandWorld();
  quick = ['quick', 'one', '--provider', 'mirror', '--from', world.claude];
});

describe('the contract of --json', () => {
  it('describes a variant the same way in quick, info, list and update', async () => {
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
    expect(updated.data).toEqual({ variants: [{ ...made.data, probe, changes: [] }] });
  });

  it('probes a variant, but not a program, with the settings of the current folder', async () => {
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
    expect(stdout).toContain(`off: permissions.deny in ${path} disables its tools`);
    const program = (await world.json(['info', 'one'])).data.bundle.path;
    expect((await world.json(['probe', program])).data).toMatchObject({ tasks: true, project: [] });
    // What is proved is the variant, wherever that is done.
    const [updated] = (await world.json(['update', 'one'])).data.variants;
    expect(updated.capabilities.tasks.state).toBe('on');
    expect(updated.probe).toMatchObject({ tasks: true });
  });

  it('describes a probe and an inspection', async () => {
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

  it('describes providers and a removal', async () => {
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
  ])('describes the failure of %j', async (words, code, status) => {
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

  it('describes failures of gates, of the proof and of taken names', async () => {
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

  it('may precede the command', async () => {
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

  it('describes a missing command as a failure', async () => {
    expect(await world.json([])).toMatchObject({
      status: 2,
      command: null,
      error: { code: 'usage' },
    });
  });
});
