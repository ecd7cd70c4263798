import { mkdir, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { afterEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { ageRuleIn } from '../../../../src/bundle/npm/age-rules.ts';
import { type PublishedBuild, findPublished } from '../../../../src/bundle/npm/published.ts';
import { silentProgress } from '../../../../src/ui/progress.ts';
import { temporaryFolder } from '../../../support/folder.ts';
import { failure } from '../../../support/failure.ts';

afterEach(() => {
  vi.unstubAllEnvs();
});

const now = new Date('2026-11-28T12:00:00Z');
const user = '; "user" config from /home/me/.npmrc\n\n';
const env = '\n; "env" config from environment\n\n';

describe('the rule in npm’s settings', () => {
  it.each([
    [
      'an age in days',
      `${user}audit = false\nmin-release-age = 7\n`,
      'min-release-age = 7',
      '2026-11-21T12:00:00Z',
    ],
    [
      'as an npm that does not know it has it',
      `${user}min-release-age = "7" \n`,
      'min-release-age = "7"',
      '2026-11-21T12:00:00Z',
    ],
    [
      'a date',
      `${user}before = "2026-10-01T00:00:00.000Z"\n`,
      'before = "2026-10-01T00:00:00.000Z"',
      '2026-10-01T00:00:00Z',
    ],
    [
      'both: the date',
      `${user}before = "2026-10-01T00:00:00.000Z"\nmin-release-age = 7\n`,
      'before = "2026-10-01T00:00:00.000Z"',
      '2026-10-01T00:00:00Z',
    ],
  ])('%s', (_, listing, setting, before) => {
    expect(ageRuleIn(listing, now)).toEqual({
      setting,
      source: '/home/me/.npmrc',
      before: new Date(before),
      exempt: [],
    });
  });

  it('the environment wins over a file', () => {
    const listing = `${user}; min-release-age = 30 ; overridden by env\n${env}min-release-age = 7\n`;
    expect(ageRuleIn(listing, now)).toMatchObject({
      setting: 'min-release-age = 7',
      source: 'the environment',
      before: new Date('2026-11-21T12:00:00Z'),
    });
    expect(
      ageRuleIn(`${user}before = "2026-10-01"\n${env}min-release-age = 7\n`, now),
    ).toMatchObject({
      setting: 'min-release-age = 7',
    });
  });

  it('exempt packages', () => {
    const listing = `${user}min-release-age = 7\nmin-release-age-exclude = ["@my/*, other","third"]\n`;
    expect(ageRuleIn(listing, now)?.exempt).toEqual(['@my/*', 'other', 'third']);
  });

  it.each([
    ['nothing', ''],
    ['other settings', `${user}audit = false\nregistry = "http://before/"\n`],
    ['an age of 0', `${user}min-release-age = 0\n`],
    [
      'an age that the environment takes back',
      `${user}; min-release-age = 7 ; overridden by env\n${env}min-release-age = 0\n`,
    ],
    ['a setting without a value', `${user}min-release-age = null\n`],
    ['an age that is not a number', `${user}min-release-age = "soon"\n`],
    ['a date in the future', `${user}before = "2027-01-01T00:00:00.000Z"\n`],
  ])('none in %s', (_, listing) => {
    expect(ageRuleIn(listing, now)).toBeNull();
  });
});

const main = '@anthropic-ai/claude-code';
const native = `${main}-linux-x64`;

/** A loopback registry with versions by time; native from 2.1.113 on. */
async function registry(times: Record<string, string>, nativeTimes = times): Promise<void> {
  const server = createServer((request, response) => {
    const name = decodeURIComponent((request.url ?? '').slice(1));
    const time = name === main ? times : nativeTimes;
    const versions = Object.keys(time).map((version): [string, object] => [
      version,
      {
        name,
        version,
        dist: { tarball: 'http://127.0.0.1:9/none.tgz' },
        ...(name === main &&
          version > '2.1.112' && { optionalDependencies: { [native]: version } }),
      },
    ]);
    const latest = versions.at(-1)?.[0];
    response.setHeader('content-type', 'application/json');
    response.end(
      JSON.stringify({
        name,
        'dist-tags': { latest },
        versions: Object.fromEntries(versions),
        time: { created: '2020-01-01T00:00:00.000Z', ...time },
      }),
    );
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  onTestFinished(() => void server.close());
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port to listen on');
  const home = temporaryFolder();
  vi.stubEnv('HOME', home);
  // Set where npm runs the tests.
  vi.stubEnv('npm_config_userconfig', join(home, '.npmrc'));
  vi.stubEnv('npm_config_registry', `http://127.0.0.1:${address.port}/`);
  await mkdir(join(home, 'cache'));
  vi.stubEnv('npm_config_cache', join(home, 'cache'));
}

const settings = (text: string): Promise<void> =>
  writeFile(join(process.env['HOME'] ?? '', '.npmrc'), text);
const find = (version: string): Promise<PublishedBuild> =>
  findPublished(version, 'linux-x64', {
    signal: new AbortController().signal,
    progress: silentProgress,
  });

const times = {
  '2.1.112': '2026-04-16T00:00:00.000Z',
  '2.1.113': '2026-04-17T00:00:00.000Z',
  '2.1.329': '2026-09-19T00:00:00.000Z',
  '2.1.332': '2026-11-24T00:00:00.000Z',
};

describe.skipIf(process.platform === 'win32')(
  'with the npm of this machine',
  { timeout: 60_000 },
  () => {
    it('the newest allowed version is used, with a note', async () => {
      await registry(times, { ...times, '2.1.329': '2026-10-02T00:00:00.000Z' });
      await settings('before=2026-10-01\n');
      const { note, ...found } = await find('latest');
      expect(found).toEqual({ version: '2.1.113', packageName: native, platform: 'linux-x64' });
      expect(note).toMatch(
        /^using Claude Code 2\.1\.113, the newest that before = "2026-10-01T\S+" in \S+\/\.npmrc allows; the latest is 2\.1\.332$/,
      );
      // An exact version is refused, naming the rule.
      await expect(find('2.1.332')).rejects.toMatchObject(
        failure(
          'no-such-version',
          /2\.1\.332: before = "2026-10-01T\S+" in \S+\/\.npmrc allows versions published by 2026-10-01, and it was published on 2026-11-24/,
        ),
      );
    });

    it('an invalid date is npm’s failure, not the network’s', async () => {
      await registry(times);
      await settings('before=soon\n');
      await expect(find('latest')).rejects.toMatchObject({
        ...failure('network', /^npm failed for .*Invalid time value/),
        hint: expect.stringContaining('npm view'),
      });
    });

    it('a rule that allows no version is reported, unless the package is exempt', async () => {
      await registry(times);
      await settings('min-release-age=20000\n');
      await expect(find('latest')).rejects.toMatchObject({
        ...failure('no-such-version', /min-release-age = 20000/),
        hint: expect.not.stringContaining('latest'),
      });
      await settings('min-release-age=20000\nmin-release-age-exclude[]=@anthropic-ai/*\n');
      expect(await find('latest')).toEqual({
        version: '2.1.332',
        packageName: native,
        platform: 'linux-x64',
      });
    });
  },
);
