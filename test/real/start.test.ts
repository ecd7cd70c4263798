import { execFileSync, spawnSync } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { cp, mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'acorn';
import { execa } from 'execa';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { fromPackage } from '../../src/package-root.ts';

// The built program in a folder of its own, started as it is installed.

let folder = '';
const compiled = (): string => join(folder, 'dist', 'compiled');

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cc-mirror-start-'));
  for (const part of ['dist/cli.js', 'dist/main.js', 'dist/package.json', 'package.json']) {
    await cp(fromPackage(part), join(folder, part), { recursive: true });
  }
  await cp(fromPackage('providers'), join(folder, 'providers'), { recursive: true });
});
afterAll(() => rm(folder, { recursive: true, force: true }));

function providers(): string {
  const env = { PATH: process.env['PATH'], HOME: folder };
  const args = [join(folder, 'dist', 'cli.js'), 'providers', 'list', '--json'];
  return execFileSync(process.execPath, args, { env, encoding: 'utf8' });
}

const filesIn = async (place: string): Promise<string[]> =>
  (await readdir(place, { recursive: true, withFileTypes: true }))
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));

test('a start caches compiled code, recompiles a corrupt cache, and works without one', async () => {
  const first = providers();
  expect(first).toContain('"openrouter"');
  const kept = await filesIn(compiled());
  expect(kept).not.toEqual([]);
  expect(providers()).toBe(first);

  for (const file of kept) {
    const bytes = await readFile(file);
    await writeFile(file, bytes.fill(7, bytes.length >> 1));
  }
  expect(providers()).toBe(first);
  for (const file of kept) await writeFile(file, '');
  expect(providers()).toBe(first);

  await rm(compiled(), { recursive: true });
  await writeFile(compiled(), 'no folder');
  expect(providers()).toBe(first);
  expect(await readFile(compiled(), 'utf8')).toBe('no folder');
});

test('output that cannot be written, or is not read to its end, shows no stack', async () => {
  const env = { PATH: process.env['PATH'], HOME: folder };
  const start = (words: string[], stdout: number | 'pipe'): ReturnType<typeof spawnSync> =>
    spawnSync(process.execPath, [join(folder, 'dist', 'cli.js'), ...words], {
      env,
      encoding: 'utf8',
      stdio: ['ignore', stdout, 'pipe'],
    });
  const full = openSync('/dev/full', 'w');
  for (const [words, status] of [
    [['list'], 2],
    [['list', '--json'], 2],
    [['--help'], 2],
    [['info', 'none', '--json'], 3],
  ] as const) {
    const ended = start([...words], full);
    expect([words, ended.status]).toEqual([words, status]);
    expect(ended.stderr).toMatch(/^error: The output could not be written\. .*\n {2}→ .*\n$/);
  }
  closeSync(full);
  const { status, stderr } = spawnSync(
    'sh',
    ['-c', `'${process.execPath}' dist/cli.js providers list --json 2>&1 | true`],
    { cwd: folder, env, encoding: 'utf8' },
  );
  expect([status, stderr]).toEqual([0, '']);
});

test('a Node.js that is too old gets a clear error, even from syntax it can parse', async () => {
  const text = await readFile(fromPackage('dist/cli.js'), 'utf8');
  // What Node.js 10 reads.
  expect(() => parse(text, { ecmaVersion: 2019, allowHashBang: true })).not.toThrow();

  const alone = join(folder, 'alone.cjs');
  await writeFile(alone, text);
  const old = join(folder, 'old.cjs');
  await writeFile(
    old,
    "Object.defineProperty(process, 'versions', { value: { node: '18.20.8' } });",
  );
  const run = (...args: string[]) =>
    execa(process.execPath, ['--require', old, alone, ...args], { env: {}, reject: false });
  expect(await run('list')).toMatchObject({
    exitCode: 2,
    stdout: '',
    stderr: expect.stringMatching(
      /^error: cc-mirror needs Node\.js 20\.12 or later.* 18\.20\.8\.\n/,
    ),
  });
  const { exitCode, stdout } = await run('list', '--json');
  expect(exitCode).toBe(2);
  expect(JSON.parse(stdout)).toMatchObject({
    schemaVersion: 1,
    ok: false,
    error: { code: 'usage', message: expect.stringContaining('20.12') },
  });
});
