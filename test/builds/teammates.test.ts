import { it } from 'vitest';
import { twoBuilds, withBuild } from '../support/claude.ts';
import { checkTeammate } from '../support/checks/teammate-checks.ts';

it.each(twoBuilds)('a teammate of %s in a pane of its own runs the variant, too', (build) =>
  withBuild(build, (world, { version }) => checkTeammate(world, ['--claude-version', version])),
);
