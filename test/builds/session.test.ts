import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { beforeAll, describe, expect, it } from 'vitest';
import { type LoopbackApi, startApi } from '../../src/probe/api.ts';
import { mainRequest } from '../../src/probe/offer.ts';
import { probe } from '../../src/probe/probe.ts';
import { type World, fetchBuild, withVariant, withWorld } from '../support/claude.ts';
import { playAnthropic } from '../support/session/anthropic-host.ts';
import { offNetwork } from '../support/session/off-network.ts';
import { ask, toPrompt, withTerminal } from '../support/session/terminal.ts';

let latest = '';
beforeAll(async () => {
  latest = (await fetchBuild('latest')).stored.version;
});

const providers = ['zai', 'minimax', 'openrouter', 'custom', 'mirror'];
const taskTools = ['TaskCreate', 'TaskGet', 'TaskList', 'TaskUpdate', 'SendMessage'];

/** What a user has who types the variant's name; what is beside it keeps the session on the loopback. */
function environmentOf(
  { environment }: World,
  api: LoopbackApi,
  kind: 'js' | 'native',
): Record<string, string> {
  return {
    ...environment,
    TERM: 'xterm-256color',
    CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '1',
    ...offNetwork(kind, api.url),
  };
}

/** The tools of the latest session, which has not the tools of those before. */
function sentBy(api: LoopbackApi, from: number): string[] {
  const main = mainRequest(api.requests.slice(from));
  return (main?.body.tools ?? []).map(({ name }) => name);
}

describe.each(['2.1.112', '2.1.240', 'latest'])(
  'a session of %s sends the tools that were named',
  (wanted) => {
    it.each(providers)('with %s', (provider) =>
      withWorld(async (world) => {
        const version = wanted === 'latest' ? latest : wanted;
        const api = await startApi(() => ({ type: 'text', text: 'hello from the stand-in' }));
        const project = join(world.home, 'project');
        await mkdir(project);
        const args = ['--provider', provider, '--base-url', api.url];
        const run: World['ccMirror'] = (words) =>
          world.ccMirror(words, { environment: { TEST_KEY: 'test-key-0123456789-0123456789' } });
        try {
          await withVariant(
            { ...world, ccMirror: run },
            `s-${provider}`,
            [...args, '--api-key-env', 'TEST_KEY', '--claude-version', version],
            async (data) => {
              const { tasks, teams } = data.capabilities;
              expect([tasks.state, teams.state]).toEqual(['on', 'on']);
              const env = environmentOf(world, api, data.bundle.kind);
              let from = api.requests.length;
              await execa(data.launcher, ['-p', 'hi'], {
                cwd: project,
                env,
                extendEnv: false,
                stdin: 'ignore',
              });
              expect(sentBy(api, from)).toEqual(data.probe.tools);
              from = api.requests.length;
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
  },
);

/** Where the address is Anthropic's own, builds defer more readily; the proof is made with another. */
describe.each(['2.1.112', '2.1.240', 'latest'])(
  'at Anthropic’s own address, a session of %s',
  (wanted) => {
    it('sends the tools that were named', () =>
      withWorld(async (world) => {
        const version = wanted === 'latest' ? latest : wanted;
        const api = await startApi(() => ({ type: 'text', text: 'hello from the stand-in' }));
        const host = await playAnthropic(api, world.home);
        const TEST_KEY = 'test-key-0123456789-0123456789';
        const run: World['ccMirror'] = (words) =>
          world.ccMirror(words, { environment: { TEST_KEY } });
        const args = [
          '--provider',
          'mirror',
          '--api-key-env',
          'TEST_KEY',
          '--claude-version',
          version,
        ];
        try {
          await withVariant({ ...world, ccMirror: run }, 's-anthropic', args, async (data) => {
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
            // What a session has it is not told to fetch first.
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
      }));
  },
);

/** In a namespace of the network that has nothing but the loopback, a session may try what it likes. */
describe.each(['2.1.112', '2.1.240', 'latest'])('without what keeps traffic down, %s', (wanted) => {
  it('sends the same tools and perhaps more', async () => {
    const { bundle } = await fetchBuild(wanted === 'latest' ? latest : wanted);
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
  });
});
