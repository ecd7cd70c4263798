import { beforeAll, describe, it } from 'vitest';
import { fetchBuild, withWorld } from '../support/claude.ts';
import {
  checkListGoesOn,
  checkLocalProvider,
  checkNodeMoved,
} from '../support/checks/machine-checks.ts';

/** What the machine around a session may be like, on one JavaScript build and the newest. */
describe('sessions of real builds', () => {
  let latest = '';
  beforeAll(async () => {
    await fetchBuild('2.1.112');
    latest = (await fetchBuild('latest')).stored.version;
  });

  it('keep the rules when Node.js moves', () =>
    withWorld(async (world) => {
      await checkNodeMoved(world, '2.1.112');
      await checkNodeMoved(world, latest);
    }));

  it('go on with the task list that they had', () =>
    withWorld(async (world) => {
      await checkListGoesOn(world, '2.1.112');
      await checkListGoesOn(world, latest);
    }));

  it('reach a provider on this machine behind a proxy', () =>
    withWorld(async (world) => {
      await checkLocalProvider(world, '2.1.112');
      await checkLocalProvider(world, latest);
    }));
});
