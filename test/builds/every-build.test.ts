import { beforeAll, describe, it } from 'vitest';
import {
  checkFlipAlways,
  checkLaunch,
  checkQuick,
  checkStock,
} from '../support/checks/build-checks.ts';
import { fetchBuild, withWorld } from '../support/claude.ts';
import { knownBuilds } from './builds.ts';

describe.each(knownBuilds)('Claude Code $version', (build) => {
  beforeAll(async () => {
    await fetchBuild(build.version);
  });

  it('offers, as published, what it is known to', () =>
    withWorld((world) => checkStock(world, build)));
  it('offers the capabilities in a variant', () => withWorld((world) => checkQuick(world, build)));
  it('starts through its launcher', () => withWorld((world) => checkLaunch(world, build.version)));
});

describe.each(['2.1.240', '2.1.329'])('Claude Code %s with --flip always', (version) => {
  it('needs no variable', () => withWorld((world) => checkFlipAlways(world, version)));
});
