import { mkdir, readFile, realpath, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { expect, it } from 'vitest';
import { taskListOf } from '../../src/launcher/task-list.ts';
import { startApi } from '../../src/probe/api.ts';
import { type World, fetchBuild, withVariant, withWorld } from '../support/claude.ts';
import { offNetwork } from '../support/session/off-network.ts';

it('doctor tells whose task list background sessions of the newest build get', async () => {
  const { version } = (await fetchBuild('latest')).stored;
  await withWorld((world) => checkDaemon(world, version));
});

async function checkDaemon(world: World, version: string): Promise<void> {
  const api = await startApi(() => ({ type: 'text', text: 'hello' }));
  const home = await realpath(world.home);
  const [one, two] = [join(home, 'one'), join(home, 'two')];
  await Promise.all([one, two].map((folder) => mkdir(join(folder, '.git'), { recursive: true })));
  const name = `d-${version}`;
  const args = ['--provider', 'custom', '--base-url', api.url, '--claude-version', version];
  try {
    await withVariant(world, name, args, async ({ launcher, configDir, bundle }) => {
      const start = (cwd: string, ...words: string[]): Promise<unknown> =>
        execa(launcher, words, {
          cwd,
          env: {
            ...world.environment,
            CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '1',
            ...offNetwork(bundle.kind, api.url),
          },
          extendEnv: false,
          stdin: 'ignore',
          timeout: 60_000,
        });
      const told = async (cwd: string): Promise<string[]> => {
        const { document } = await world.ccMirror(['doctor', name, '--no-probe'], { cwd });
        return document.data.variants[0].findings
          .filter(({ check }: Finding) => check === 'daemon')
          .map(({ level, message }: Finding) => `${level}: ${message}`);
      };
      const state = join(configDir, '.claude.json');
      const held: object = JSON.parse(await readFile(state, 'utf8'));
      const projects = { [one]: { hasTrustDialogAccepted: true } };
      await writeFile(state, JSON.stringify({ ...held, projects }));
      expect(await told(one)).toEqual([]);
      try {
        await start(one, '--bg', 'hi');
        const list = taskListOf(name, one);
        expect(await told(one)).toEqual([expect.stringMatching(`^ok: .*list ${list}$`)]);
        expect(await told(two)).toEqual([
          expect.stringMatching(`started in ${one} and get the task list ${list}; in ${two} it`),
        ]);
      } finally {
        await start(one, 'daemon', 'stop', '--any');
      }
      expect(await told(two)).toEqual([]);
    });
  } finally {
    await api.close();
  }
}

interface Finding {
  check: string;
  level: string;
  message: string;
}
