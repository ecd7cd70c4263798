import { describe, it } from 'vitest';
import { fetchBuild, withWorld } from '../support/claude.ts';
import { checkSession } from '../support/sessions.ts';

describe.each(['2.0.77', '2.1.240'])('a session of Claude Code %s', (version) => {
  it('writes nothing outside of its variant', async () => {
    await fetchBuild(version);
    await withWorld((world) => checkSession(world, ['--claude-version', version], { hint: false }));
  });
});
