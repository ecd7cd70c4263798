import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { findingsOf, withBuild } from '../support/claude.ts';
import { sessionEnvironment, withStandIn } from '../support/session/run-session.ts';
import { ask, toPrompt, withTerminal } from '../support/session/terminal.ts';

it('the newest build reaches its prompt in a terminal and offers the task tools', () =>
  withBuild('latest', async (world, { version }) => {
    const project = join(world.home, 'project');
    await mkdir(project);
    const args = ['--claude-version', version, '--model', 'claude-sonnet-5'];
    await withStandIn(world, 'i-latest', args, async (data, api) => {
      const env = {
        ...sessionEnvironment(world, 'native', api.url),
        TERM: 'xterm-256color',
      };
      await withTerminal(
        { command: data.launcher, cwd: project, env, folder: world.home },
        async (terminal) => {
          await toPrompt(terminal);
          await ask(terminal, 'hi');
          expect(await terminal.until(/hello from the stand-in/)).toContain(`v${version}`);
        },
      );
      // The session left our values in its configuration.
      expect(await findingsOf(world, 'i-latest', 'configuration')).toContainEqual(
        expect.stringMatching(/^ok: /),
      );
      const offered = api.requests.flatMap(({ body }) => body.tools ?? []).map(({ name }) => name);
      const tools = ['TaskCreate', 'TaskGet', 'TaskList', 'TaskUpdate'];
      expect(offered).toEqual(expect.arrayContaining(tools));
    });
  }));
