import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { beforeAll, describe, expect, it } from 'vitest';
import * as z from 'zod';
import { startApi } from '../../src/probe/api.ts';
import { mainRequest } from '../../src/probe/offer.ts';
import { type World, fetchBuild, withVariant, withWorld } from '../support/claude.ts';
import { offNetwork } from '../support/session/off-network.ts';

/** One JavaScript build, and the newest native build there is. */
describe('a configuration that a session was started with', () => {
  let latest = '';
  beforeAll(async () => {
    await fetchBuild('2.1.112');
    latest = (await fetchBuild('latest')).stored.version;
  });

  it('is as it should be, on the last JavaScript build', () =>
    withWorld((world) => checkConfiguration(world, '2.1.112')));
  it('is as it should be, on the newest build', () =>
    withWorld((world) => checkConfiguration(world, latest)));
});

/**
 * After a session nothing of ours is missing; a settings.json with a byte order mark and line ends of
 * Windows is used by the build and comes unharmed through an update and back; with a comment it is
 * used by neither.
 */
async function checkConfiguration(world: World, version: string): Promise<void> {
  const api = await startApi(() => ({ type: 'text', text: 'hello' }));
  const project = join(world.home, 'project');
  await mkdir(project);
  const name = `c-${version}`;
  const args = ['--provider', 'custom', '--base-url', api.url, '--claude-version', version];
  try {
    await withVariant(world, name, args, async ({ launcher, configDir, bundle }) => {
      const path = join(configDir, 'settings.json');
      const limit = async (): Promise<number> => {
        const before = api.requests.length;
        await execa(launcher, ['-p', 'hi'], {
          cwd: project,
          env: {
            ...world.environment,
            CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '1',
            ...offNetwork(bundle.kind, api.url),
          },
          extendEnv: false,
          stdin: 'ignore',
        });
        const main = mainRequest(api.requests.slice(before));
        return z.looseObject({ max_tokens: z.number() }).parse(main?.body).max_tokens;
      };
      const ours: { env: object } = JSON.parse(await readFile(path, 'utf8'));
      const theirs = { ...ours, env: { ...ours.env, CLAUDE_CODE_MAX_OUTPUT_TOKENS: '4321' } };
      const text = `\uFEFF${JSON.stringify(theirs, null, '\t').replaceAll('\n', '\r\n')}`;
      await writeFile(path, text);
      expect(await limit()).toBe(4321);
      expect(await problems(world, name)).toEqual([]);

      expect((await world.ccMirror(['update', name, '--no-skills'])).status).toBe(0);
      const without = await readFile(path, 'utf8');
      expect(without.startsWith('\uFEFF{\r\n\t')).toBe(true);
      expect(without).not.toContain('orchestration');
      expect(await limit()).toBe(4321);
      expect(await problems(world, name)).toEqual([]);
      expect((await world.ccMirror(['rollback', name])).status).toBe(0);
      expect(await readFile(path, 'utf8')).toBe(text);

      await writeFile(path, text.replace('{', '{ // mine'));
      expect(await limit()).not.toBe(4321);
      expect(await problems(world, name)).toEqual([
        expect.stringMatching(/settings\.json:1:3 is not valid JSON/),
      ]);
      await writeFile(path, text);
    });
  } finally {
    await api.close();
  }
}

/** What doctor has to say of the configuration, but for what is in order. */
async function problems(world: World, name: string): Promise<string[]> {
  const { document } = await world.ccMirror(['doctor', name, '--no-probe']);
  const [{ findings }] = document.data.variants;
  return findings
    .filter(({ check, level }: Finding) => check === 'configuration' && level !== 'ok')
    .map(({ message }: Finding) => message);
}

interface Finding {
  check: string;
  level: string;
  message: string;
}
