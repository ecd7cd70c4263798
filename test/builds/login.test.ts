import { beforeAll, describe, it } from 'vitest';
import { fetchBuild, withWorld } from '../support/claude.ts';
import { checkLogin } from '../support/checks/login-checks.ts';

/** One build for each era of the first start. */
describe.each(['2.0.77', '2.1.112', '2.1.240', 'latest'])('Claude Code %s', (name) => {
  let version = '';
  beforeAll(async () => {
    version = (await fetchBuild(name)).stored.version;
  });

  it('is led to its login by the first start of a variant without a key', () =>
    withWorld((world) => checkLogin(world, version)));
});
