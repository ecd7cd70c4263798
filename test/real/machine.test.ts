import { describe, it } from 'vitest';
import { twoBuilds, withBuild } from '../support/claude.ts';
import {
  checkListGoesOn,
  checkLocalProvider,
  checkNodeMoved,
} from '../support/checks/machine-checks.ts';

describe.each(twoBuilds)('a session of %s', (build) => {
  it.each([
    ['keeps the rules when Node.js moves', checkNodeMoved],
    ['keeps using the task list it had', checkListGoesOn],
    ['reaches a provider on this machine behind a proxy', checkLocalProvider],
  ])('%s', (_, check) => withBuild(build, (world, { version }) => check(world, version)));
});
