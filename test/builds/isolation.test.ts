import { describe, it } from 'vitest';
import { fetchBuild, withWorld } from '../support/claude.ts';
import { checkSession } from '../support/session/sessions.ts';

describe.each([
  ['2.0.77', 'js'],
  ['2.1.240', 'native'],
] as const)('a session of Claude Code %s', (version, kind) => {
  it('writes nothing outside of its variant', async () => {
    await fetchBuild(version);
    await withWorld((world) =>
      checkSession(world, ['--claude-version', version], { kind, hint: false }),
    );
  });
});
