import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { execa } from 'execa';
import { beforeAll, describe, expect, it } from 'vitest';
import { startApi } from '../../src/probe/api.ts';
import { mainRequest, readOffer } from '../../src/probe/offer.ts';
import { type World, fetchBuild, withVariant, withWorld } from '../support/claude.ts';
import { offNetwork } from '../support/session/off-network.ts';

/** One JavaScript build, and the newest native build there is. */
describe('a project whose settings take tools away', () => {
  let latest = '';
  beforeAll(async () => {
    await fetchBuild('2.1.112');
    latest = (await fetchBuild('latest')).stored.version;
  });

  it('is told as it is, on the last JavaScript build', () =>
    withWorld((world) => checkProjects(world, '2.1.112', { switched: 'on', above: 'on' })));
  it('is told as it is, on the newest build', () =>
    withWorld((world) => checkProjects(world, latest, { switched: 'off', above: 'off' })));
});

const deny = { permissions: { deny: ['TaskCreate'] } };

/** What a session in a folder sends is what `probe` and `doctor` say there; nothing of the project is run. */
async function checkProjects(
  world: World,
  version: string,
  { switched, above }: Record<'switched' | 'above', 'on' | 'off'>,
): Promise<void> {
  const api = await startApi(() => ({ type: 'text', text: 'hello' }));
  const marks = join(world.home, 'marks');
  await mkdir(marks);
  const mark = `touch ${marks}/$$`;
  const programs = {
    apiKeyHelper: mark,
    statusLine: { type: 'command', command: mark },
    hooks: { SessionStart: [{ hooks: [{ type: 'command', command: mark }] }] },
  };
  const cases = [
    { folder: 'a', file: 'a/.claude/settings.json', settings: deny, tasks: 'off' },
    {
      folder: 'b',
      file: 'b/.claude/settings.local.json',
      settings: { env: { CLAUDE_CODE_ENABLE_TASKS: '0' } },
      // Where the gate was flipped, no variable takes the tools away.
      tasks: switched,
    },
    {
      folder: 'c',
      file: 'c/.claude/settings.json',
      settings: { env: { ENABLE_TOOL_SEARCH: 'true' } },
      tasks: 'deferred',
    },
    { folder: 'd/sub', file: 'd/.claude/settings.local.json', settings: deny, tasks: above },
    { folder: '.', file: '.claude/settings.json', settings: deny, tasks: 'off' },
  ];
  await mkdir(join(world.home, 'd', '.git'), { recursive: true });
  const name = `p-${version}`;
  const args = ['--provider', 'custom', '--base-url', api.url, '--claude-version', version];
  try {
    await withVariant(world, name, args, async ({ launcher, bundle }) => {
      for (const { folder, file, settings, tasks } of cases) {
        const [cwd, path] = [join(world.home, folder), join(world.home, file)];
        await mkdir(cwd, { recursive: true });
        await mkdir(dirname(path), { recursive: true });
        await writeFile(path, JSON.stringify({ ...settings, ...programs }));
        const probed = (await world.ccMirror(['probe', name], { cwd })).document.data;
        expect([folder, probed.states.tasks]).toEqual([folder, tasks]);
        expect(await readdir(marks)).toEqual([]);

        // The project's programs, too, would be run in a session of the user's.
        await writeFile(path, JSON.stringify(settings));
        const before = api.requests.length;
        await execa(launcher, ['-p', 'hi'], {
          cwd,
          env: {
            ...world.environment,
            CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '1',
            ...offNetwork(bundle.kind, api.url),
          },
          extendEnv: false,
          stdin: 'ignore',
        });
        const request = mainRequest(api.requests.slice(before));
        if (request === undefined || request === null) throw new Error('the session sent nothing');
        expect(readOffer(request).states).toEqual(probed.states);
      }
      const path = join(world.home, '.claude', 'settings.json');
      await writeFile(path, JSON.stringify({ ...deny, ...programs }));
      const { document } = await world.ccMirror(['doctor', name], { cwd: world.home });
      const wrong = document.data.variants[0].findings.filter(
        ({ check, level }: Finding) => check === 'project' && level !== 'ok',
      );
      expect(wrong.map(({ message }: Finding) => message)).toEqual([
        expect.stringContaining(` in ${path} `),
      ]);
      expect(await readdir(marks)).toEqual([]);
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
