import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import * as z from 'zod';
import { mainRequest } from '../../src/probe/offer.ts';
import { type World, findingsOf, twoBuilds, withBuild } from '../support/claude.ts';
import { runSession, withStandIn } from '../support/session/run-session.ts';

it.each(twoBuilds)('a session of %s leaves our values in its configuration', (build) =>
  withBuild(build, (world, { version }) => checkConfiguration(world, version)),
);

/**
 * A settings.json with a byte order mark and Windows line ends is read by the build, and survives an
 * update and a rollback; one with a comment is read by neither.
 */
async function checkConfiguration(world: World, version: string): Promise<void> {
  const name = `c-${version}`;
  await withStandIn(world, name, ['--claude-version', version], async (data, api) => {
    const path = join(data.configDir, 'settings.json');
    const limit = async (): Promise<number> => {
      const before = api.requests.length;
      await runSession(world, data, { baseUrl: api.url, cwd: world.home });
      const main = mainRequest(api.requests.slice(before));
      return z.looseObject({ max_tokens: z.number() }).parse(main?.body).max_tokens;
    };
    const problems = async (): Promise<string[]> => {
      const findings = await findingsOf(world, name, 'configuration');
      return findings.filter((finding) => !finding.startsWith('ok: '));
    };
    const ours: { env: object } = JSON.parse(await readFile(path, 'utf8'));
    const theirs = { ...ours, env: { ...ours.env, CLAUDE_CODE_MAX_OUTPUT_TOKENS: '4321' } };
    const text = `\uFEFF${JSON.stringify(theirs, null, '\t').replaceAll('\n', '\r\n')}`;
    await writeFile(path, text);
    expect(await limit()).toBe(4321);
    expect(await problems()).toEqual([]);

    expect((await world.ccMirror(['update', name, '--no-skills'])).status).toBe(0);
    const without = await readFile(path, 'utf8');
    expect(without.startsWith('\uFEFF{\r\n\t')).toBe(true);
    expect(without).not.toContain('orchestration');
    expect(await limit()).toBe(4321);
    expect(await problems()).toEqual([]);
    expect((await world.ccMirror(['rollback', name])).status).toBe(0);
    expect(await readFile(path, 'utf8')).toBe(text);

    await writeFile(path, text.replace('{', '{ // mine'));
    expect(await limit()).not.toBe(4321);
    expect(await problems()).toEqual([
      expect.stringMatching(/settings\.json:1:3 is not valid JSON/),
    ]);
    await writeFile(path, text);
  });
}
