import { beforeAll, describe, it } from 'vitest';
import { fetchBuild, withWorld } from '../support/claude.ts';
import { checkHostileProject } from '../support/hostile-project.ts';
import {
  checkIsolation,
  checkReadOnlyHome,
  ownMounts,
} from '../support/checks/isolation-checks.ts';
import { checkSession } from '../support/session/sessions.ts';

/** One JavaScript build, and the newest native build there is. */
describe('a variant shares nothing with what is around it', () => {
  let [script, latest, native] = ['', '', ''];
  beforeAll(async () => {
    script = (await fetchBuild('2.1.112')).stored.folder;
    const { stored } = await fetchBuild('latest');
    [latest, native] = [stored.version, stored.folder];
  });

  it('on the last JavaScript build', () =>
    withWorld((world) => checkIsolation(world, ['--claude-version', '2.1.112'], 'js')));
  it('on the newest build', () =>
    withWorld((world) => checkIsolation(world, ['--claude-version', latest], 'native')));
  it('nor its key with a project’s settings, on the last JavaScript build', () =>
    withWorld((world) => checkHostileProject(world, '2.1.112')));
  it('nor its key with a project’s settings, on the newest build', () =>
    withWorld((world) => checkHostileProject(world, latest)));
  it('in a terminal, on the last JavaScript build', () =>
    withWorld((world) =>
      checkSession(world, ['--claude-version', '2.1.112'], { kind: 'js', hint: false }),
    ));
  it('in a terminal, on the newest build', () =>
    withWorld((world) =>
      checkSession(world, ['--claude-version', latest], { kind: 'native', hint: true }),
    ));
  it.runIf(ownMounts)('in a home that cannot be written to, on the last JavaScript build', () =>
    withWorld((world) => checkReadOnlyHome(world, script, 'js')),
  );
  it.runIf(ownMounts)('in a home that cannot be written to, on the newest build', () =>
    withWorld((world) => checkReadOnlyHome(world, native, 'native')),
  );
});
