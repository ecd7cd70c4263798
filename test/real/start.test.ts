import { execFileSync, spawnSync } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { cp, mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
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

test('a start keeps what was compiled, a spoilt one is compiled anew, and a folder that cannot be written is no failure', async () => {
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

test('output that cannot be written, or that nobody reads to its end, shows no stack', async () => {
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
