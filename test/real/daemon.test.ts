import { mkdir, readFile, realpath, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { taskListOf } from '../../src/launcher/task-list.ts';
import { findingsOf, withBuild } from '../support/claude.ts';
import { runSession, withStandIn } from '../support/session/run-session.ts';

it('doctor says which task list background sessions of the newest build use', () =>
  withBuild('latest', async (world, { version }) => {
    const home = await realpath(world.home);
    const [one, two] = [join(home, 'one'), join(home, 'two')];
    await Promise.all([one, two].map((folder) => mkdir(join(folder, '.git'), { recursive: true })));
    const name = `d-${version}`;
    await withStandIn(world, name, ['--claude-version', version], async (data, api) => {
      const start = (...args: string[]): Promise<unknown> =>
        runSession(world, data, { baseUrl: api.url, cwd: one, args });
      const told = (cwd: string): Promise<string[]> => findingsOf(world, name, 'daemon', { cwd });
      const state = join(data.configDir, '.claude.json');
      const held: object = JSON.parse(await readFile(state, 'utf8'));
      const projects = { [one]: { hasTrustDialogAccepted: true } };
      await writeFile(state, JSON.stringify({ ...held, projects }));
      expect(await told(one)).toEqual([]);
      try {
        await start('--bg', 'hi');
        const list = taskListOf(name, one);
        expect(await told(one)).toEqual([expect.stringMatching(`^ok: .*list ${list}$`)]);
        expect(await told(two)).toEqual([
          expect.stringMatching(`started in ${one} and get the task list ${list}; in ${two} it`),
        ]);
      } finally {
        await start('daemon', 'stop', '--any');
      }
      expect(await told(two)).toEqual([]);
    });
  }));
