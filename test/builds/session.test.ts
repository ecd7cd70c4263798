import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { describe, expect, it } from 'vitest';
import { type LoopbackApi, startApi } from '../../src/probe/api.ts';
import { mainRequest } from '../../src/probe/offer.ts';
import { probe } from '../../src/probe/probe.ts';
import { fetchBuild, withBuild, withKey, withVariant } from '../support/claude.ts';
import { playAnthropic } from '../support/session/anthropic-host.ts';
import { runSession, sessionEnvironment } from '../support/session/run-session.ts';
import { ask, toPrompt, withTerminal } from '../support/session/terminal.ts';

const providers = ['zai', 'minimax', 'openrouter', 'custom', 'mirror'];
const taskTools = ['TaskCreate', 'TaskGet', 'TaskList', 'TaskUpdate', 'SendMessage'];

const builds = ['2.1.112', '2.1.240', 'latest'];

/** The tools of the session whose requests begin at `from`. */
function sentBy(api: LoopbackApi, from: number): string[] {
  const main = mainRequest(api.requests.slice(from));
  return (main?.body.tools ?? []).map(({ name }) => name);
}

describe.each(builds)('a session of %s sends the tools of its proof', (build) => {
  it.each(providers)('with %s', (provider) =>
    withBuild(build, async (world, { version }) => {
      const api = await startApi(() => ({ type: 'text', text: 'hello from the stand-in' }));
      const project = join(world.home, 'project');
      await mkdir(project);
      const args = ['--provider', provider, '--base-url', api.url, '--api-key-env', 'TEST_KEY'];
      try {
        await withVariant(
          withKey(world),
          `s-${provider}`,
          [...args, '--claude-version', version],
          async (data) => {
            const { tasks, teams } = data.capabilities;
            expect([tasks.state, teams.state]).toEqual(['on', 'on']);
            let from = api.requests.length;
            await runSession(world, data, { baseUrl: api.url, cwd: project });
            expect(sentBy(api, from)).toEqual(data.probe.tools);
            from = api.requests.length;
            const env = {
              ...sessionEnvironment(world, data.bundle.kind, api.url),
              TERM: 'xterm-256color',
            };
            await withTerminal(
              { command: data.launcher, cwd: project, env, folder: world.home },
              async (terminal) => {
                await toPrompt(terminal);
                await ask(terminal, 'hi');
                await terminal.until(/hello from the stand-in/);
              },
            );
            // A terminal brings further tools, such as the one that asks the user.
            expect(sentBy(api, from)).toEqual(expect.arrayContaining(taskTools));
            expect(sentBy(api, from)).toEqual(expect.arrayContaining(data.probe.tools));
          },
        );
      } finally {
        await api.close();
      }
    }),
  );
});

/** With Anthropic's own address, builds defer more tools; the proof is made with another. */
it.each(builds)(
  'a session of %s at Anthropic’s own address sends the tools of its proof',
  (build) =>
    withBuild(build, async (world, { version }) => {
      const api = await startApi(() => ({ type: 'text', text: 'hello from the stand-in' }));
      const host = await playAnthropic(api, world.home);
      const args = [
        '--provider',
        'mirror',
        '--api-key-env',
        'TEST_KEY',
        '--claude-version',
        version,
      ];
      try {
        await withVariant(withKey(world), 's-anthropic', args, async (data) => {
          const send = async (variables: Record<string, string>): Promise<string[]> => {
            const from = api.requests.length;
            await execa(data.launcher, ['-p', 'hi'], {
              cwd: world.home,
              env: { ...world.environment, ...host.environment, ...variables },
              extendEnv: false,
              stdin: 'ignore',
            });
            return sentBy(api, from);
          };
          const quiet = { CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '1' };
          expect(await send(quiet)).toEqual(data.probe.tools);
          // A session is not told to fetch the tools it has.
          const said = JSON.stringify(api.requests.map(({ body }) => body));
          expect(said).not.toContain('deferred tools are now available');
          // The shell's own value counts: then the tools are announced by name only.
          const deferred = await send({ ...quiet, ENABLE_TOOL_SEARCH: 'true' });
          expect(deferred).toContain('ToolSearch');
          expect(deferred).not.toContain('TaskCreate');
        });
      } finally {
        await host.close();
        await api.close();
      }
    }),
);

/** Runs in a network namespace with only the loopback. */
it.each(builds)(
  'a session of %s with all its traffic sends at least the same tools',
  async (build) => {
    const bundle = await fetchBuild(build);
    const program = bundle.kind === 'js' ? [process.execPath, bundle.file] : [bundle.file];
    const script = new URL('../support/session/offline-session.ts', import.meta.url).pathname;
    const within = ['-rn', 'sh', '-c', 'ip link set lo up && exec "$@"', 'sh'];
    const node = [process.execPath, '--import', 'tsx', script, ...program];
    const { stdout } = await execa('unshare', [...within, ...node], { stdin: 'ignore' });
    const target = { kind: bundle.kind, path: bundle.file };
    const env = {
      ENABLE_TOOL_SEARCH: 'false',
      CLAUDE_CODE_ENABLE_TASKS: '1',
      CLAUDE_CODE_ENABLE_TODO_TOOLS: '1',
      CLAUDE_CODE_EXPERIMENTAL_AGENT_TEAMS: '1',
    };
    const { report } = await probe({ target, env });
    expect(report).toMatchObject({ tasks: true, teams: true });
    expect(JSON.parse(stdout)).toEqual(expect.arrayContaining(report.tools));
  },
);
