import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, expect, it } from 'vitest';
import { fetchBuild, withVariant, withWorld } from '../support/claude.ts';

let latest = '';
beforeAll(async () => {
  await fetchBuild('2.1.310');
  latest = (await fetchBuild('latest')).stored.version;
});

it('brings a variant of 2.1.310 to the newest build and keeps what is the user’s', () =>
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

        const { status, document } = await world.ccMirror([
          'update',
          'u-310',
          '--claude-version',
          'latest',
        ]);
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
      },
    ),
  ));
