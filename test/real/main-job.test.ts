import { beforeAll, describe, expect, it } from 'vitest';
import { knownBuilds } from '../builds/builds.ts';
import {
  checkFlipAlways,
  checkLaunch,
  checkQuick,
  checkStandalone,
  checkStock,
} from '../support/checks/build-checks.ts';
import { fetchBuild, withWorld } from '../support/claude.ts';

/** One JavaScript build, and the newest native build there is, known to us or not. */
describe('the main job on real builds', () => {
  let latest = '';
  beforeAll(async () => {
    await fetchBuild('2.1.112');
    latest = (await fetchBuild('latest')).stored.version;
  });

  const script = knownBuilds.find(({ version }) => version === '2.1.112')!;
  it('works on the last JavaScript build', () =>
    withWorld(async (world) => {
      await checkStock(world, script);
      await checkQuick(world, script);
      await checkLaunch(world, script.version);
      await checkStandalone(world, script.version);
    }));

  it('works on the newest published build', () =>
    withWorld(async (world) => {
      const { document } = await world.ccMirror(['probe', latest]);
      const { tasks, teams } = document.data;
      const inspected = (await world.ccMirror(['inspect', latest])).document.data.capabilities;
      expect([inspected.tasks.verdict, inspected.teams.verdict]).not.toContain('unknown');
      await checkQuick(world, {
        version: latest,
        kind: 'native',
        tasks: { stock: tasks, by: inspected.tasks.by },
        teams: { stock: teams, by: inspected.teams.by },
      });
      await checkFlipAlways(world, latest);
      await checkStandalone(world, latest);
      await checkLaunch(world, latest);
    }));
});
