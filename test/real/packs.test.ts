import { beforeAll, describe, it } from 'vitest';
import { fetchBuild, withWorld } from '../support/claude.ts';
import { checkDemo } from '../support/router/orchestration-demo.ts';
import { checkPacks } from '../support/checks/pack-checks.ts';
import { checkResume } from '../support/router/resume.ts';
import { checkBuildWorkflow } from '../support/router/workflow.ts';

/** One JavaScript build, and the newest native build there is. */
describe('packs on real builds', () => {
  let latest = '';
  beforeAll(async () => {
    await fetchBuild('2.1.112');
    latest = (await fetchBuild('latest')).stored.version;
  });

  it('are listed, claim nothing that is not so, and are given back', () =>
    withWorld(async (world) => {
      await checkPacks(world, '2.1.112');
      await checkPacks(world, latest);
    }));
  it('play the demo of six tasks on the last JavaScript build', () =>
    withWorld((world) => checkDemo(world, '2.1.112')));
  it('play the demo of six tasks on the newest build', () =>
    withWorld((world) => checkDemo(world, latest)));
  it('play a workflow with a remediation on the newest build', () =>
    withWorld((world) => checkBuildWorkflow(world, latest)));
  it('resume a workflow that was cut on the newest build', () =>
    withWorld((world) => checkResume(world, latest)));
});
