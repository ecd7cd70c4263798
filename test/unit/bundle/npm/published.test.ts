import { createHash } from 'node:crypto';
import { mkdir, readFile, readdir, writeFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { downloadTarball, findPublished } from '../../../../src/bundle/npm/published.ts';
import { silentProgress } from '../../../../src/ui/progress.ts';
import { temporaryFolder } from '../../../support/folder.ts';
import { failure } from '../../../support/failure.ts';

const name = '@anthropic-ai/claude-code';
const linux = 'linux-x64';

/**
 * Puts a shell script on PATH as npm. `$folder` is the test's folder and `$cache` the npm cache in it,
 * whose path cc-mirror asks for before a download.
 */
async function fakeNpm(script: string): Promise<{ folder: string; cache: string }> {
  const folder = temporaryFolder();
  const cache = join(folder, 'cache');
  await mkdir(join(cache, '_cacache/tmp'), { recursive: true });
  const head = `#!/bin/sh\ncache='${cache}'\nfolder='${folder}'\n[ "$1" = config ] && echo "$cache" && exit\n`;
  const args = `printf '%s\\n' "$@" > "$folder/args"\n`;
  await mkdir(join(folder, 'bin'));
  await writeFile(join(folder, 'bin/npm'), head + args + script, { mode: 0o755 });
  vi.stubEnv('PATH', `${join(folder, 'bin')}${delimiter}/usr/bin${delimiter}/bin`);
  return { folder, cache };
}

afterEach(() => {
  vi.unstubAllEnvs();
});

const options = () => ({ signal: new AbortController().signal, progress: silentProgress });
const printing = (value: unknown): string => `cat <<'END'\n${JSON.stringify(value)}\nEND\n`;
const npmError = (code: string, summary: string): string =>
  `${printing({ error: { code, summary, detail: 'x' } })}echo "npm error code ${code}" >&2\nexit 1\n`;

describe.skipIf(process.platform === 'win32')('findPublished', () => {
  test('a JavaScript version runs anywhere', async () => {
    const { folder } = await fakeNpm(
      `echo 'npm warn Unknown user config' >&2\n${printing({ name, version: '2.1.2', optionalDependencies: { '@img/sharp': '1' } })}`,
    );
    expect(await findPublished('2.1.2', linux, options())).toEqual({
      version: '2.1.2',
      packageName: name,
      platform: 'any',
    });
    const args = (await readFile(join(folder, 'args'), 'utf8')).split('\n');
    expect(args.slice(0, 2)).toEqual(['view', `${name}@2.1.2`]);
    // Ignores the current project's .npmrc.
    expect(args).toContain('--global');
  });

  const native = { name, version: '2.1.329', optionalDependencies: { [`${name}-linux-x64`]: '1' } };

  test('a native version is the package of the platform', async () => {
    await fakeNpm(printing(native));
    expect(await findPublished('latest', linux, options())).toEqual({
      version: '2.1.329',
      packageName: `${name}-linux-x64`,
      platform: 'linux-x64',
    });
  });

  test('a platform without a package', async () => {
    await fakeNpm(printing(native));
    const find = findPublished('latest', 'win32-arm64', options());
    await expect(find).rejects.toMatchObject(
      failure('unsupported-platform', /2\.1\.329 .* win32-arm64/),
    );
  });

  test.each(['', '>=2.0.0', '../x', 'https://example.com/x.tgz', '-g', '2.1.2 --x'])(
    'npm is not asked for %j',
    async (version) => {
      vi.stubEnv('PATH', '/nowhere');
      await expect(findPublished(version, linux, options())).rejects.toMatchObject(
        failure('no-such-version', /not publ/),
      );
    },
  );

  test.each([
    ['E404', npmError('E404', 'No match found for version 9.9.9'), 'no-such-version', /9\.9\.9/],
    ['ETARGET', npmError('ETARGET', 'No matching version'), 'no-such-version', /9\.9\.9/],
    ['nothing printed', '', 'no-such-version', /9\.9\.9/],
    ['a range’s list', printing([{ version: '1.0.0' }]), 'no-such-version', /9\.9\.9/],
    ['no package', npmError('E404', 'Not Found - GET https://r/x'), 'network', /does not have/],
    ['no connection', npmError('ECONNREFUSED', 'request failed'), 'network', /ECONNREFUSED: req/],
    ['no access', npmError('E401', 'Unable to authenticate'), 'network', /E401/],
    [
      'npm 8, which prints no JSON on standard output',
      "echo 'npm ERR! code E404\nnpm ERR! 404 No match found for version 9.9.9\n{}' >&2; exit 1",
      'no-such-version',
      /9\.9\.9/,
    ],
    ['npm broken', 'echo gone >&2; exit 3', 'network', /^npm failed for .*: gone/],
    ['a full disk', npmError('ENOSPC', 'ENOSPC: no space left'), 'storage', /no space left/],
    ['a read-only disk', npmError('EROFS', 'EROFS: read-only'), 'storage', /read-only/],
    ['a missing home', npmError('ENOENT', 'ENOENT: mkdir'), 'storage', /mkdir/],
  ] as const)('%s', async (_, script, code, words) => {
    await fakeNpm(script);
    await expect(findPublished('9.9.9', linux, options())).rejects.toMatchObject(
      failure(code, words),
    );
  });

  test('no npm', async () => {
    vi.stubEnv('PATH', temporaryFolder());
    await expect(findPublished('2.1.2', linux, options())).rejects.toMatchObject(
      failure('network', /npm was not found/),
    );
  });

  test('npm’s retry delays are short unless the environment sets them', async () => {
    const seen = `echo "$npm_config_fetch_retry_mintimeout" >&2; exit 1`;
    await fakeNpm(seen);
    await expect(findPublished('2.1.2', linux, options())).rejects.toMatchObject(
      failure('network', /: 1000\./),
    );
    vi.stubEnv('npm_config_fetch_retry_mintimeout', '77');
    await expect(findPublished('2.1.2', linux, options())).rejects.toMatchObject(
      failure('network', /: 77\./),
    );
  });
});

describe.skipIf(process.platform === 'win32')('downloadTarball', () => {
  const build = { version: '2.1.329', packageName: `${name}-linux-x64`, platform: 'linux-x64' };
  const contents = 'a tarball';
  const integrity = `sha512-${createHash('sha512').update(contents).digest('base64')}`;
  /** What npm pack does: writes a file to `--pack-destination` and prints a report. */
  const pack = (report: unknown, file = 'x.tgz'): string =>
    `printf '%s' '${contents}' > "$4/${file}"\n${printing(report)}`;

  test.each([
    ['a list', [{ filename: 'other-name.tgz', integrity }], 'anthropic-ai-x.tgz'],
    ['an object by name', { [build.packageName]: { integrity } }, 'x.tgz'],
  ])('npm reports %s', async (_, report, file) => {
    const { folder } = await fakeNpm(pack(report, file));
    const target = join(folder, 'target');
    await mkdir(target);
    const downloaded = await downloadTarball(build, target, options());
    expect(downloaded).toEqual({ tarball: join(target, file), integrity });
    expect(await readFile(join(folder, 'args'), 'utf8')).toContain('--ignore-scripts');
  });

  test.each([
    ['another integrity', pack([{ integrity: 'sha512-AAAA' }]), 'network', /damaged/],
    ['a weak integrity', pack([{ integrity: 'sha1-AAAA' }]), 'network', /did not say/],
    ['no report', 'echo hello', 'network', /did not say/],
    ['no file', printing([{ integrity }]), 'network', /did not say/],
    ['npm found it damaged', npmError('EINTEGRITY', 'x'), 'network', /damaged/],
    ['a full disk', npmError('ENOSPC', 'ENOSPC: no space'), 'storage', /no space/],
    ['the package is missing', npmError('E404', 'Not Found - GET'), 'network', /linux-x64/],
  ] as const)('%s', async (_, script, code, words) => {
    const { folder } = await fakeNpm(script);
    await mkdir(join(folder, 'target'));
    await expect(downloadTarball(build, join(folder, 'target'), options())).rejects.toMatchObject(
      failure(code, words),
    );
  });

  test('progress is the size of what npm writes to its cache', async () => {
    const { folder, cache } = await fakeNpm(
      `head -c 5000 /dev/zero > "$cache/_cacache/tmp/new"\nsleep 0.5\n${pack([{ integrity }])}`,
    );
    await writeFile(join(cache, '_cacache/tmp/old'), Buffer.alloc(9000));
    await mkdir(join(folder, 'target'));
    const bytes = vi.fn<(done: number, total: number | null) => void>();
    const progress = { ...silentProgress, bytes };
    await downloadTarball(build, join(folder, 'target'), { ...options(), progress });
    expect(bytes).toHaveBeenCalledWith(5000, null);
    expect(bytes).not.toHaveBeenCalledWith(9000, null);
  });

  test('an abort ends npm with its children and leaves no partial download', async () => {
    const { folder, cache } = await fakeNpm(
      `echo half > "$cache/_cacache/tmp/new"\n(trap '' TERM INT; sleep 1; echo late > "$folder/late") &\nwait\n`,
    );
    await writeFile(join(cache, '_cacache/tmp/old'), 'old');
    const abort = new AbortController();
    const reason = new Error('interrupted');
    const download = downloadTarball(build, folder, { ...options(), signal: abort.signal });
    setTimeout(() => abort.abort(reason), 300);
    const began = Date.now();
    await expect(download).rejects.toBe(reason);
    expect(Date.now() - began).toBeLessThan(900);
    expect(await readdir(join(cache, '_cacache/tmp'))).toEqual(['old']);
    await delay(1000);
    expect(await readdir(folder)).not.toContain('late');
  });

  test('an aborted signal starts nothing', async () => {
    vi.stubEnv('PATH', '/nowhere');
    const signal = AbortSignal.abort(new Error('interrupted'));
    const download = downloadTarball(build, '/nowhere', { ...options(), signal });
    await expect(download).rejects.toThrow('interrupted');
  });
});
