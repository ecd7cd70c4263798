import { describe, it } from 'vitest';
import {
  checkFlipAlways,
  checkLaunch,
  checkQuick,
  checkStock,
} from '../support/checks/build-checks.ts';
import { withBuild, withWorld } from '../support/claude.ts';
import { knownBuilds } from './builds.ts';

describe.each(knownBuilds)('Claude Code $version', (build) => {
  it('as published, offers the capabilities it is known for', () =>
    withBuild(build.version, (world) => checkStock(world, build)));
  it('offers the capabilities in a variant', () => withWorld((world) => checkQuick(world, build)));
  it('starts through its launcher', () => withWorld((world) => checkLaunch(world, build.version)));
});

it.each(['2.1.240', '2.1.329'])('%s needs no variable with --flip always', (version) =>
  withWorld((world) => checkFlipAlways(world, version)),
);
