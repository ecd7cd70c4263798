import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, expect, it } from 'vitest';
import { startApi } from '../../src/probe/api.ts';
import { fetchBuild, withVariant, withWorld } from '../support/claude.ts';
import { offNetwork } from '../support/session/off-network.ts';
import { withTerminal, ask, toPrompt } from '../support/session/terminal.ts';

let latest = '';
beforeAll(async () => {
  latest = (await fetchBuild('latest')).stored.version;
});

/** The whole thing as a person sees it: the command in a terminal, a prompt, an answer, the tools. */
it('reaches its prompt in a terminal and offers the task tools', () =>
  withWorld(async (world) => {
    const api = await startApi(() => ({ type: 'text', text: 'hello from the stand-in' }));
    const project = join(world.home, 'project');
    await mkdir(project);
    const env = {
      ...world.environment,
      TERM: 'xterm-256color',
      CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '1',
      ...offNetwork('native', api.url),
    };
    const args = ['--provider', 'custom', '--base-url', api.url, '--claude-version', latest];
    try {
      const model = ['--model', 'claude-sonnet-5'];
      await withVariant(world, 'i-latest', [...args, ...model], async (data) => {
        await withTerminal(
          { command: data.launcher, cwd: project, env, folder: world.home },
          async (terminal) => {
            await toPrompt(terminal);
            await ask(terminal, 'hi');
            expect(await terminal.until(/hello from the stand-in/)).toContain(`v${latest}`);
          },
        );
        // Nothing of ours has been moved or taken away.
        const { document } = await world.ccMirror(['doctor', 'i-latest', '--no-probe']);
        const [{ findings }] = document.data.variants;
        expect(findings).toContainEqual(
          expect.objectContaining({ check: 'configuration', level: 'ok' }),
        );
      });
      const offered = api.requests.flatMap(({ body }) => body.tools ?? []).map(({ name }) => name);
      const tools = ['TaskCreate', 'TaskGet', 'TaskList', 'TaskUpdate'];
      expect(offered).toEqual(expect.arrayContaining(tools));
    } finally {
      await api.close();
    }
  }));
