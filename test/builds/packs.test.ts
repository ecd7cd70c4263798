import { describe, it } from 'vitest';
import { withWorld } from '../support/claude.ts';
import { checkDemo, checkSwitches } from '../support/router/orchestration-demo.ts';
import { checkPacks } from '../support/checks/pack-checks.ts';

describe.each(['2.0.77', '2.1.112', '2.1.240', '2.1.329'])('packs on Claude Code %s', (version) => {
  it('are listed, make no false claim, and can be removed', () =>
    withWorld((world) => checkPacks(world, version)));
  it('play the demo of six tasks', () => withWorld((world) => checkDemo(world, version)));
  it('have rules that can be turned off', () =>
    withWorld((world) => checkSwitches(world, version)));
});
