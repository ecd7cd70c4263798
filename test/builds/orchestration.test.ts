import { describe, it } from 'vitest';
import { withWorld } from '../support/claude.ts';
import { checkDemo, checkSwitches } from '../support/orchestration-demo.ts';

describe.each(['2.0.77', '2.1.112', '2.1.240', '2.1.329'])('orchestration on %s', (version) => {
  it('plays the demo of six tasks to its end', () =>
    withWorld((world) => checkDemo(world, version)));
  it('has rules that can be switched off', () =>
    withWorld((world) => checkSwitches(world, version)));
});
