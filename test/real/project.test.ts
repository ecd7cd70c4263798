import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { expect, it } from 'vitest';
import { mainRequest, readOffer } from '../../src/probe/offer.ts';
import { type World, findingsOf, withBuild } from '../support/claude.ts';
import { runSession, withStandIn } from '../support/session/run-session.ts';

it.each([
  ['2.1.112', 'on'],
  ['latest', 'off'],
] as const)('a project of %s that disables tools is reported as it is', (build, state) =>
  withBuild(build, (world, { version }) => checkProjects(world, version, state)),
);

const deny = { permissions: { deny: ['TaskCreate'] } };

/** What a session in a folder sends is what `probe` and `doctor` say there; nothing of the project is run. */
async function checkProjects(world: World, version: string, state: 'on' | 'off'): Promise<void> {
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
      // Where the gate was flipped, no variable disables the tools.
      tasks: state,
    },
    {
      folder: 'c',
      file: 'c/.claude/settings.json',
      settings: { env: { ENABLE_TOOL_SEARCH: 'true' } },
      tasks: 'deferred',
    },
    // Newer builds read the settings of the repository's root, too.
    { folder: 'd/sub', file: 'd/.claude/settings.local.json', settings: deny, tasks: state },
    { folder: '.', file: '.claude/settings.json', settings: deny, tasks: 'off' },
  ];
  await mkdir(join(world.home, 'd', '.git'), { recursive: true });
  const name = `p-${version}`;
  await withStandIn(world, name, ['--claude-version', version], async (data, api) => {
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
      await runSession(world, data, { baseUrl: api.url, cwd });
      const request = mainRequest(api.requests.slice(before));
      if (request === undefined || request === null) throw new Error('the session sent nothing');
      expect(readOffer(request).states).toEqual(probed.states);
    }
    const path = join(world.home, '.claude', 'settings.json');
    await writeFile(path, JSON.stringify({ ...deny, ...programs }));
    const found = await findingsOf(world, name, 'project', { cwd: world.home, probe: true });
    expect(found.filter((finding) => !finding.startsWith('ok: '))).toEqual([
      expect.stringContaining(` in ${path} `),
    ]);
    expect(await readdir(marks)).toEqual([]);
  });
}
