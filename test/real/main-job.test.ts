import { expect, it } from 'vitest';
import { knownBuilds } from '../builds/builds.ts';
import {
  checkFlipAlways,
  checkLaunch,
  checkQuick,
  checkStandalone,
  checkStock,
} from '../support/checks/build-checks.ts';
import { withBuild } from '../support/claude.ts';

it('the main job works on the last JavaScript build', () =>
  withBuild('2.1.112', async (world, { version }) => {
    const known = knownBuilds.find((build) => build.version === version)!;
    await checkStock(world, known);
    await checkQuick(world, known);
    await checkLaunch(world, version);
    await checkStandalone(world, version);
  }));

it('the main job works on the newest build, known or not', () =>
  withBuild('latest', async (world, { version }) => {
    const { document } = await world.ccMirror(['probe', version]);
    const { tasks, teams } = document.data;
    const inspected = (await world.ccMirror(['inspect', version])).document.data.capabilities;
    expect([inspected.tasks.verdict, inspected.teams.verdict]).not.toContain('unknown');
    await checkQuick(world, {
      version,
      kind: 'native',
      tasks: { stock: tasks, by: inspected.tasks.by },
      teams: { stock: teams, by: inspected.teams.by },
    });
    await checkFlipAlways(world, version);
    await checkStandalone(world, version);
    await checkLaunch(world, version);
  }));
