import { it } from 'vitest';
import { withBuild } from '../support/claude.ts';
import { checkLogin } from '../support/checks/login-checks.ts';

/** One build for each era of the first start. */
it.each(['2.0.77', '2.1.112', '2.1.240', 'latest'])(
  'a variant of %s without a key leads to the login when first started',
  (build) => withBuild(build, (world, { version }) => checkLogin(world, version)),
);
