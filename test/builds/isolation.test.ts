import { it } from 'vitest';
import { withBuild } from '../support/claude.ts';
import { checkSession } from '../support/checks/session-checks.ts';

it.each([
  ['2.0.77', 'js'],
  ['2.1.240', 'native'],
] as const)('a session of %s writes nothing outside its variant', (build, kind) =>
  withBuild(build, (world) =>
    checkSession(world, ['--claude-version', build], { kind, hint: false }),
  ),
);
