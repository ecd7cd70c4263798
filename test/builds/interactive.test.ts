import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { execa } from 'execa';
import { beforeAll, expect, it } from 'vitest';
import { startApi } from '../../src/probe/api.ts';
import { fetchBuild, withVariant, withWorld } from '../support/claude.ts';

let latest = '';
beforeAll(async () => {
  latest = (await fetchBuild('latest')).stored.version;
});

/** The whole thing as a person sees it: the command in a terminal, a prompt, an answer, the tools. */
it('reaches its prompt in a terminal and offers the task tools', () =>
  withWorld(async (world) => {
    const api = await startApi(() => ({ type: 'text', text: 'hello from the stand-in' }));
    const socket = join(world.home, 'tmux');
    const tmux = async (...args: string[]): Promise<string> =>
      (await execa('tmux', ['-S', socket, ...args])).stdout;
    const screen = async (wanted: RegExp): Promise<string> => {
      for (let i = 0; i < 150; i++) {
        const text = await tmux('capture-pane', '-p');
        if (wanted.test(text)) return text;
        await delay(200);
      }
      throw new Error(`the screen never showed ${wanted}:\n${await tmux('capture-pane', '-p')}`);
    };
    const args = [
      '--provider',
      'custom',
      '--base-url',
      api.url,
      '--model',
      'claude-sonnet-5',
      '--api-key-env',
      'TEST_KEY',
    ];
    const environment = { TEST_KEY: 'test-key-0123456789-0123456789' };
    const keyed = { ...world, ccMirror: (list: string[]) => world.ccMirror(list, { environment }) };
    try {
      await withVariant(keyed, 'i-latest', [...args, '--claude-version', latest], async (data) => {
        const project = join(world.home, 'project');
        await mkdir(project);
        const variables = {
          ...world.environment,
          TERM: 'xterm-256color',
          ENABLE_TOOL_SEARCH: 'false',
          CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '1',
          HTTPS_PROXY: api.url,
          NO_PROXY: '127.0.0.1',
        };
        const assignments = Object.entries(variables).map(([name, value]) => `${name}=${value}`);
        await tmux(
          'new-session',
          '-d',
          '-x',
          '120',
          '-y',
          '40',
          '-c',
          project,
          'env',
          '-i',
          ...assignments,
          data.launcher,
        );
        await screen(/trust this folder/);
        await tmux('send-keys', 'Down');
        await screen(/❯\s+Yes/);
        await tmux('send-keys', 'Enter');
        await screen(/❯\s*$/m);
        await tmux('send-keys', 'hi');
        await screen(/❯\s+hi/);
        await tmux('send-keys', 'Enter');
        expect(await screen(/hello from the stand-in/)).toContain(`v${latest}`);
        const offered = api.requests.flatMap(({ body }) =>
          (body.tools ?? []).map((tool) => tool.name),
        );
        expect(offered).toEqual(
          expect.arrayContaining(['TaskCreate', 'TaskGet', 'TaskList', 'TaskUpdate']),
        );
        await tmux('kill-server');
      });
    } finally {
      await execa('tmux', ['-S', socket, 'kill-server'], { reject: false });
      await api.close();
    }
  }));
