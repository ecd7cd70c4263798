import { describe, it } from 'vitest';
import { withBuild } from '../support/claude.ts';
import { checkHostileProject } from '../support/checks/hostile-project-checks.ts';
import {
  checkIsolation,
  checkReadOnlyHome,
  ownMounts,
} from '../support/checks/isolation-checks.ts';
import { checkSession } from '../support/checks/session-checks.ts';

describe.each([
  { build: '2.1.112', kind: 'js', hint: false },
  { build: 'latest', kind: 'native', hint: true },
] as const)('a variant of $build', ({ build, kind, hint }) => {
  it('shares nothing with its surroundings', () =>
    withBuild(build, (world, { version }) =>
      checkIsolation(world, ['--claude-version', version], kind),
    ));
  it('does not send its key to an address from a project’s settings', () =>
    withBuild(build, (world, { version }) => checkHostileProject(world, version)));
  it('writes nothing outside its folder in a terminal session', () =>
    withBuild(build, (world, { version }) =>
      checkSession(world, ['--claude-version', version], { kind, hint }),
    ));
  it.runIf(ownMounts)('works in a read-only home', () =>
    withBuild(build, (world, { folder }) => checkReadOnlyHome(world, folder, kind)),
  );
});
