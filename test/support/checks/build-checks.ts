import { mkdir, readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'vitest';
import { openBundle } from '../../../src/bundle/open.ts';
import { startApi } from '../../../src/probe/api.ts';
import type { KnownBuild } from '../../builds/builds.ts';
import { type World, fetchBuild, testKey, withKey, withVariant } from '../claude.ts';
import { callTools, playScript } from '../session/loopback.ts';
import { runSession } from '../session/run-session.ts';

const taskTools = ['TaskCreate', 'TaskGet', 'TaskList', 'TaskUpdate'];
const enabling = [
  'CLAUDE_CODE_ENABLE_TASKS',
  'CLAUDE_CODE_ENABLE_TODO_TOOLS',
  'CLAUDE_CODE_EXPERIMENTAL_AGENT_TEAMS',
  'CLAUDE_CODE_AGENT_SWARMS',
];

/** The stock build shows what is on before cc-mirror comes, so that the difference is ours. */
export async function checkStock(world: World, build: KnownBuild): Promise<void> {
  const { status, document } = await world.ccMirror(['probe', build.version]);
  expect(status).toBe(0);
  expect(document.data).toMatchObject({
    claudeVersion: build.version,
    tasks: build.tasks.stock,
    teams: build.teams.stock,
  });
}

/** The default variant: capabilities on as expected, TodoWrite there where tasks are not, skill listed. */
export async function checkQuick(world: World, build: KnownBuild): Promise<void> {
  const name = `t-${build.version}`;
  await withVariant(
    world,
    name,
    ['--provider', 'mirror', '--claude-version', build.version],
    async (data) => {
      expect(data).toMatchObject({
        name,
        provider: 'mirror',
        claudeVersion: build.version,
        bundle: { kind: build.kind },
      });
      for (const capability of ['tasks', 'teams'] as const) {
        const { by } = build[capability];
        expect(data.capabilities[capability]).toMatchObject({
          state: by === null ? 'absent' : 'on',
          by,
        });
        expect(data.probe[capability]).toBe(by !== null);
      }
      const offered: string[] = data.probe.tools;
      if (build.tasks.by === null) {
        expect(offered).toContain('TodoWrite');
        expect(offered.filter((tool) => taskTools.includes(tool))).toEqual([]);
        expect(data.capabilities.tasks.reason).toMatch(/2\.0\.59 to 2\.1\.2 and 2\.1\.16 or later/);
      } else expect(offered).toEqual(expect.arrayContaining(taskTools));
      expect(data.skills).toEqual(['orchestration']);
      expect(data.probe.skills).toContain('orchestration');
      await checkSkill(data);
      await checkBytes(build.version, data.bundle.path);
    },
  );
  expect((await world.ccMirror(['info', name])).status).toBe(3);
}

/** With --flip always no variable does it: the edited code alone shows both capabilities. */
export async function checkFlipAlways(world: World, version: string): Promise<void> {
  const args = ['--provider', 'mirror', '--claude-version', version, '--flip', 'always'];
  await withVariant(world, `f-${version}`, args, async (data) => {
    expect(data.capabilities).toMatchObject({ tasks: { by: 'flip' }, teams: { by: 'flip' } });
    expect(data.probe).toMatchObject({ tasks: true, teams: true });
    const launcher = await readFile(data.launcher, 'utf8');
    for (const variable of enabling) expect(launcher).not.toContain(`export ${variable}=`);
    await checkBytes(version, data.bundle.path);
  });
}

/** An edited bundle without a variant offers both by itself, and is known for what it is. */
export async function checkStandalone(world: World, version: string): Promise<void> {
  const { status, document } = await world.ccMirror([
    'build',
    version,
    '--out',
    join(world.home, `claude-${version}`),
  ]);
  expect(status).toBe(0);
  const { file, probe, capabilities } = document.data;
  expect(capabilities).toMatchObject({ tasks: { by: 'flip' }, teams: { by: 'flip' } });
  expect(probe.claudeVersion).toBe(version);
  // Nobody has set for it how tools are sent: the newest builds announce them.
  expect(['on', 'deferred']).toContain(probe.states.tasks);
  expect(['on', 'deferred']).toContain(probe.states.teams);
  await checkBytes(version, file);
  const again = (await world.ccMirror(['inspect', file])).document.data.capabilities;
  for (const { verdict, reason, edits } of [again.tasks, again.teams]) {
    expect({ verdict, edits }).toEqual({ verdict: 'on', edits: [] });
    expect(reason).toContain('already edited by cc-mirror');
  }
}

/** The command itself, through its launcher, against an API of ours: what a user would get. */
export async function checkLaunch(world: World, version: string): Promise<void> {
  const task = { subject: 'A', description: 'Do A' };
  const prompt = 'begin the session';
  const play = playScript([
    callTools(['Skill', { skill: 'orchestration' }]),
    callTools(['TaskCreate', task]),
    { type: 'text', text: 'hello from the stand-in' },
  ]);
  // Older builds warm up their agents with requests of their own.
  const api = await startApi((request, index) =>
    JSON.stringify(request.body.messages).includes(prompt)
      ? play(request, index)
      : { type: 'text', text: 'ok' },
  );
  const name = `l-${version}`;
  const project = join(world.home, 'project');
  await mkdir(join(project, '.git'), { recursive: true });
  const custom = ['--provider', 'custom', '--base-url', api.url, '--model', 'some-model'];
  const args = [...custom, '--api-key-env', 'TEST_KEY', '--claude-version', version];
  try {
    await withVariant(withKey(world), name, args, async (data) => {
      const { stdout } = await runSession(world, data, {
        baseUrl: api.url,
        cwd: project,
        args: ['-p', prompt],
        // What must not get through the launcher.
        variables: {
          ANTHROPIC_BASE_URL: 'http://127.0.0.1:9',
          ANTHROPIC_API_KEY: 'of-another-account',
          ANTHROPIC_MODEL: 'another-model',
        },
      });
      expect(stdout.trim()).toBe('hello from the stand-in');
      const request = api.requests.findLast(({ body }) =>
        JSON.stringify(body.messages).includes(prompt),
      );
      expect(request?.body.model).toBe('some-model');
      expect(request?.headers['authorization']).toBe(`Bearer ${testKey}`);
      expect(request?.headers['x-api-key']).toBeUndefined();
      const results = JSON.stringify(request?.body.messages);
      expect(results).not.toMatch(
        /"is_error":true[^}]*orchestration|requires permission|haven't granted/,
      );
      expect(results).toContain('Launching skill: orchestration');
      const offered = (request?.body.tools ?? []).map((tool) => tool.name);
      if (!data.probe.tasks) return;
      expect(offered).toEqual(expect.arrayContaining(taskTools));
      // One list a project; newer builds write a dot in its name as a hyphen.
      const [list, ...others] = await readdir(join(data.configDir, 'tasks'));
      expect(others).toEqual([]);
      expect(list?.replaceAll('.', '-')).toMatch(
        new RegExp(`^${name.replaceAll('.', '-')}-project-\\d+$`),
      );
      const stored = await readFile(join(data.configDir, 'tasks', list ?? '', '1.json'), 'utf8');
      expect(JSON.parse(stored)).toMatchObject({ subject: 'A' });
    });
  } finally {
    await api.close();
  }
}

/** The skill names the tool that the build starts workers with, and no other. */
async function checkSkill(data: { configDir: string; probe: { tools: string[] } }): Promise<void> {
  const text = await readFile(join(data.configDir, 'skills', 'orchestration', 'SKILL.md'), 'utf8');
  const worker = data.probe.tools.includes('Agent') ? 'Agent' : 'Task';
  expect(text).toContain(`\`${worker}\``);
  expect(text).not.toContain(`\`${worker === 'Agent' ? 'Task' : 'Agent'}\``);
}

/** The program differs from the published one in the edited bytes and the bytecode pairs, nowhere else. */
async function checkBytes(version: string, program: string): Promise<void> {
  const bundle = await fetchBuild(version);
  const [before, after] = await Promise.all([readFile(bundle.file), readFile(program)]);
  expect(after.length).toBe(before.length);
  const allowed = new Set<number>();
  const edited = await openBundle(program);
  for (const [index, module] of bundle.modules.entries()) {
    const other = edited.modules[index];
    if (!other || module.bytes.equals(other.bytes)) continue;
    for (let at = 0; at < module.bytes.length; at++) {
      if (module.bytes[at] !== other.bytes[at]) allowed.add(module.position + at);
    }
    const text = after.toString('latin1', module.position, module.position + module.bytes.length);
    expect(text).toContain('return!0');
    if (module.bytecodePair === null) continue;
    expect(after.readBigUInt64LE(module.bytecodePair)).toBe(0n);
    for (let at = 0; at < 8; at++) allowed.add(module.bytecodePair + at);
  }
  expect(differences(before, after).filter((at) => !allowed.has(at))).toEqual([]);
}

function differences(before: Buffer, after: Buffer): number[] {
  const found: number[] = [];
  const block = 1 << 20;
  for (let start = 0; start < before.length; start += block) {
    const end = Math.min(start + block, before.length);
    if (before.compare(after, start, end, start, end) === 0) continue;
    for (let at = start; at < end; at++) if (before[at] !== after[at]) found.push(at);
  }
  return found;
}
