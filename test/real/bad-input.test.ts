import { randomUUID } from 'node:crypto';
import { copyFile, mkdir, readFile, readdir, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { beforeAll, describe, expect, it } from 'vitest';
import { cli, type World, fetchStored, testHome, withBuild, withWorld } from '../support/claude.ts';

let script = '';
beforeAll(async () => {
  script = (await fetchStored('2.1.112')).folder;
});

/** What `quick --from` answers; nothing may be left in the home or in the bin folder. */
async function refusal(
  world: World,
  from: string,
  args: string[] = [],
): Promise<{ status: number; code: string; message: string; hint: string }> {
  const before = await treeOf(testHome);
  const { status, document } = await world.ccMirror([
    'quick',
    'bad-input',
    '--provider',
    'mirror',
    '--from',
    from,
    ...args,
  ]);
  expect(await treeOf(testHome)).toEqual(before);
  expect(await treeOf(world.bin)).toEqual([]);
  const {
    code,
    message,
    hint = '',
  } = document.error ?? { code: 'none', message: JSON.stringify(document.data) };
  return { status, code, message, hint };
}

/** A copy of the JavaScript package with its program changed. */
async function changedScript(world: World, change: (text: string) => string): Promise<string> {
  const folder = join(world.home, 'package');
  await mkdir(folder);
  await copyFile(join(script, 'package.json'), join(folder, 'package.json'));
  await writeFile(join(folder, 'cli.js'), change(await readFile(join(script, 'cli.js'), 'utf8')));
  return folder;
}

describe('input that is not a working Claude Code', () => {
  it('refuses a truncated executable', () =>
    withBuild('latest', async (world, { folder, program }) => {
      const file = join(world.home, 'claude');
      await copyFile(join(folder, program), file);
      await truncate(file, 200_000_000);
      expect(await refusal(world, file)).toMatchObject({
        status: 2,
        code: 'invalid-bundle',
        message: expect.stringContaining('is truncated'),
      });
    }));

  it('refuses a text file of that name', () =>
    withWorld(async (world) => {
      const file = join(world.home, 'claude');
      await writeFile(file, 'not a program\n');
      expect(await refusal(world, file)).toMatchObject({
        status: 2,
        code: 'invalid-bundle',
        message: expect.stringContaining('text file'),
      });
    }));

  it('refuses a cli.js in which one of the tools has lost its name', () =>
    withWorld(async (world) => {
      const folder = await changedScript(world, (text) =>
        text.replaceAll('"TaskCreate"', '"TaskErased"'),
      );
      expect(await refusal(world, folder)).toMatchObject({
        status: 4,
        code: 'capability-unavailable',
        message: expect.stringContaining('TaskCreate'),
      });
    }));

  it('refuses a cli.js that defines a tool and a gate twice', () =>
    withWorld(async (world) => {
      const twins =
        'var twin={name:"TaskCreate",isEnabled(){return!1}};function twinGate(){if(!process.env.CLAUDE_CODE_EXPERIMENTAL_AGENT_TEAMS)return!1;return!0}';
      const folder = await changedScript(world, (text) => `${text}\n${twins}\n`);
      expect(await refusal(world, folder)).toMatchObject({
        status: 4,
        message: expect.stringContaining('2 objects define TaskCreate'),
      });
      expect(await refusal(world, folder, ['--no-tasks'])).toMatchObject({
        status: 4,
        message: expect.stringContaining('2 functions'),
      });
    }));

  it('refuses a build that does not run', () =>
    withWorld(async (world) => {
      const folder = await changedScript(world, (text) =>
        text.replace(/^import/m, 'process.exit(9);import'),
      );
      expect(await refusal(world, folder)).toMatchObject({
        status: 5,
        code: 'probe-failed',
        message: expect.stringContaining('9'),
      });
    }));

  it.each(['Building', 'Staging', 'Proving it'])(
    'leaves nothing behind when interrupted at: %s',
    (step) =>
      withWorld(async (world) => {
        const before = await treeOf(testHome);
        const args = ['quick', 'bad-input', '--provider', 'mirror', '--claude-version', '2.1.112'];
        // Edits that no other test has made, and an environment that was not proved before.
        args.push('--flip', 'always', '--no-tasks', '--env', `SOME_TEST=${randomUUID()}`);
        expect(await interruptedAt(step, args, world)).toEqual({
          status: 130,
          lastLine: 'error: Interrupted; nothing was changed.',
        });
        expect(await treeOf(testHome)).toEqual(before);
        expect(await treeOf(world.bin)).toEqual([]);
      }),
  );

  it('reports that the registry cannot be reached', () =>
    withWorld(async (world) => {
      const environment = {
        npm_config_registry: 'http://127.0.0.1:1/',
        npm_config_fetch_retries: '0',
      };
      const before = await treeOf(testHome);
      const { status, document } = await world.ccMirror(
        ['quick', 'bad-input', '--provider', 'mirror', '--claude-version', 'latest'],
        { environment },
      );
      expect([status, document.error?.code]).toEqual([6, 'network']);
      expect(await treeOf(testHome)).toEqual(before);
    }));
});

/** Runs cc-mirror until a line of its progress begins with `step`, and then presses Ctrl-C. */
async function interruptedAt(
  step: string,
  args: string[],
  world: World,
): Promise<{ status: number | undefined; lastLine: string | undefined }> {
  const running = execa(process.execPath, [cli, ...args], {
    env: world.environment,
    extendEnv: false,
    reject: false,
    lines: true,
    stdin: 'ignore',
  });
  for await (const line of running.iterable({ from: 'stderr' })) {
    if (line.startsWith(`- ${step}`)) running.kill('SIGINT');
  }
  const { exitCode, stderr } = await running;
  return { status: exitCode, lastLine: stderr.at(-1) };
}

async function treeOf(folder: string): Promise<string[]> {
  try {
    return (await readdir(folder, { recursive: true })).toSorted();
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return [];
    throw error;
  }
}
