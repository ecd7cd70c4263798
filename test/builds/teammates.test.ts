import { beforeAll, describe, it } from 'vitest';
import { fetchBuild, withWorld } from '../support/claude.ts';
import { checkTeammate } from '../support/checks/teammate-checks.ts';

let latest = '';
beforeAll(async () => {
  latest = (await fetchBuild('latest')).stored.version;
  await fetchBuild('2.1.112');
});

describe('a teammate in a pane of its own is the variant too', () => {
  it('on the last JavaScript build', () =>
    withWorld((world) => checkTeammate(world, ['--claude-version', '2.1.112'])));
  it('on the newest build', () =>
    withWorld((world) => checkTeammate(world, ['--claude-version', latest])));
});
