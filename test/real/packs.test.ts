import { describe, it } from 'vitest';
import { twoBuilds, withBuild } from '../support/claude.ts';
import { checkDemo } from '../support/router/orchestration-demo.ts';
import { checkPacks } from '../support/checks/pack-checks.ts';
import { checkResume } from '../support/router/resume.ts';
import { checkBuildWorkflow } from '../support/router/workflow.ts';

describe.each(twoBuilds)('packs on %s', (build) => {
  it('are listed, make no false claim, and can be removed', () =>
    withBuild(build, (world, { version }) => checkPacks(world, version)));
  it('play the demo of six tasks', () =>
    withBuild(build, (world, { version }) => checkDemo(world, version)));
});

it('the router plays a workflow with a remediation on the newest build', () =>
  withBuild('latest', (world, { version }) => checkBuildWorkflow(world, version)));

it('the router resumes an interrupted workflow on the newest build', () =>
  withBuild('latest', (world, { version }) => checkResume(world, version)));
