import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { execa } from 'execa';
import { beforeAll, expect, it } from 'vitest';
import { startApi } from '../../src/probe/api.ts';
import { fetchStored, withKey, withVariant, withWorld } from '../support/claude.ts';
import { runSession } from '../support/session/run-session.ts';

let latest = '';
beforeAll(async () => {
  latest = (await fetchStored('latest')).version;
});

async function versionOf(launcher: string): Promise<string> {
  const env = { PATH: process.env['PATH'] ?? '', HOME: dirname(launcher) };
  return (await execa(launcher, ['--version'], { env, extendEnv: false })).stdout;
}

it.each([
  ['2.1.112', { name: 'Grep', input: { pattern: 'needle', path: '.' } }],
  ['2.1.310', { name: 'Bash', input: { command: 'cat hay.txt' } }],
] as const)('a running session of %s survives an update of its variant', async (version, call) => {
  const results: string[] = [];
  await withWorld(async (world) => {
    const keyed = withKey(world);
    const project = join(world.home, 'project');
    await mkdir(project);
    await writeFile(join(project, 'hay.txt'), 'a needle\n');
    let updated: Promise<unknown> | undefined;
    const api = await startApi(async ({ body }) => {
      if ((body.tools ?? []).length === 0) return { type: 'text', text: 'ok' };
      // While the session waits for its first answer, its variant becomes another version.
      updated ??= world.ccMirror(['update', 'running', '--claude-version', 'latest']);
      await updated;
      const said = JSON.stringify(body.messages.slice(1));
      if (!said.includes('tool_result')) return { type: 'tool_use', calls: [call] };
      results.push(said);
      return { type: 'text', text: 'done' };
    });
    const provider = ['--provider', 'mirror', '--base-url', api.url, '--api-key-env', 'TEST_KEY'];
    const args = [...provider, '--claude-version', version];
    try {
      await withVariant(keyed, 'running', args, async (data) => {
        const { stdout } = await runSession(world, data, {
          baseUrl: api.url,
          cwd: project,
          args: ['-p', 'go', '--allowedTools', 'Grep,Bash(cat:*)'],
        });
        expect(stdout).toContain('done');
        expect(await updated).toMatchObject({
          status: 0,
          document: { data: { variants: [{ claudeVersion: latest }] } },
        });
      });
    } finally {
      await api.close();
    }
  });
  expect(results).toHaveLength(1);
  expect(results[0]).toContain(call.name === 'Grep' ? 'hay.txt' : 'a needle');
});

it('updates a variant of 2.1.310 to the newest build and keeps the user’s changes', () =>
  withWorld((world) =>
    withVariant(
      world,
      'u-310',
      ['--provider', 'mirror', '--claude-version', '2.1.310'],
      async (data) => {
        const settingsPath = join(data.configDir, 'settings.json');
        const note = join(data.configDir, 'agents.md');
        await writeFile(note, 'mine\n');
        const settings = JSON.parse(await readFile(settingsPath, 'utf8'));
        await writeFile(
          settingsPath,
          JSON.stringify({ theme: 'dark', ...settings, autoCompactEnabled: false }),
        );

        const update = ['update', 'u-310', '--claude-version', 'latest'];
        const foreseen = await world.ccMirror([...update, '--dry-run']);
        expect(foreseen.document.data.variants).toMatchObject([{ from: '2.1.310', to: latest }]);
        const { status, document } = await world.ccMirror(update);
        expect(status).toBe(0);
        const [updated] = document.data.variants;
        expect(updated).toMatchObject({
          name: 'u-310',
          claudeVersion: latest,
          probe: { claudeVersion: latest, tasks: true, teams: true },
        });
        expect(await readFile(note, 'utf8')).toBe('mine\n');
        const kept = JSON.parse(await readFile(settingsPath, 'utf8'));
        expect(kept).toEqual({ theme: 'dark', ...settings, autoCompactEnabled: false });

        const probed = await world.ccMirror(['probe', 'u-310']);
        expect(probed.document.data).toMatchObject({
          claudeVersion: latest,
          tasks: true,
          teams: true,
        });
        // It follows what it was updated to: once more, and nothing is different.
        const again = await world.ccMirror(['update', 'u-310']);
        expect(again.document.data.variants[0]).toMatchObject({
          claudeVersion: latest,
          bundle: updated.bundle,
        });

        const back = await world.ccMirror(['rollback', 'u-310']);
        expect(back.document.data).toMatchObject({ claudeVersion: '2.1.310', bundle: data.bundle });
        expect(await versionOf(data.launcher)).toContain('2.1.310');
        const forward = await world.ccMirror(['rollback', 'u-310']);
        expect(forward.document.data).toMatchObject({ bundle: updated.bundle });
        expect(await versionOf(data.launcher)).toContain(latest);
        const examined = await world.ccMirror(['doctor', 'u-310']);
        expect(examined).toMatchObject({ status: 0 });
      },
    ),
  ));
