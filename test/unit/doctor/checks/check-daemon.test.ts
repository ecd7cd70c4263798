import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { Finding } from '../../../../src/doctor/finding.ts';
import { taskListOf } from '../../../../src/launcher/task-list.ts';
import { type World, create, newWorld } from '../../variant/world.ts';
import { look } from '../look.ts';

const variable = 'CLAUDE_CODE_TASK_LIST_ID';

/** What doctor says of the daemon. */
async function found(
  world: World,
  environment: Record<string, string | undefined> = {},
): Promise<Pick<Finding, 'level' | 'message' | 'next'>[]> {
  const { variants } = await look(world, { environment });
  return variants
    .flatMap(({ findings }) => findings)
    .filter(({ check }) => check === 'daemon')
    .map(({ level, message, next }) => ({ level, message, next }));
}

/** A process of the variant's that wrote of itself what Claude Code's daemon does (2.1.332). */
async function startDaemon(world: World, variables: Record<string, string>): Promise<number> {
  const config = join(world.home, 'one', 'config');
  const script = join(world.home, 'one', 'bundle', 'cli.js');
  await mkdir(join(script, '..'), { recursive: true });
  await writeFile(script, 'console.log("up"); setInterval(() => {}, 1000);');
  const daemon = spawn(process.execPath, [script, 'daemon', 'run'], {
    env: { ...variables, CLAUDE_CONFIG_DIR: config },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  onTestFinished(() => void daemon.kill());
  await once(daemon.stdout, 'data');
  const lock = { pid: daemon.pid, origin: 'transient', spawnedBy: { cwd: '/begun/here' } };
  await writeFile(join(config, 'daemon.lock'), JSON.stringify(lock));
  return daemon.pid ?? 0;
}

async function variantOf(
  env: Record<string, string> = {},
): Promise<{ world: World; list: string }> {
  const world = await newWorld();
  await create(world, { prove: false, env });
  const folder = join(world.root, 'projects', 'mine');
  await mkdir(join(folder, '.git'), { recursive: true });
  return { world, list: taskListOf('one', folder) };
}

// Other systems show processes in other ways: test/unit/variant/running.test.ts.
describe.runIf(process.platform === 'linux')('the daemon of background sessions', () => {
  it.each([
    ['of another project', { [variable]: 'one-else-1' }, 'the task list one-else-1'],
    ['of no project', {}, 'no project task list'],
  ])('names a daemon that passes on a list %s', async (_, variables, given) => {
    const { world, list } = await variantOf();
    const pid = await startDaemon(world, variables);
    const place = `in ${join(world.root, 'projects', 'mine')} it should be ${list}`;
    expect(await found(world)).toEqual([
      {
        level: 'warning',
        message: `background sessions are started by process ${pid}, started in /begun/here and get ${given}; ${place}`,
        next: expect.stringMatching(/^one daemon stop --any /),
      },
    ]);
  });

  it('accepts the list of this folder', async () => {
    const { world, list } = await variantOf();
    await startDaemon(world, { [variable]: list });
    expect(await found(world)).toMatchObject([{ level: 'ok' }]);
    expect(await found(world, { TEAM: 'red' })).toMatchObject([{ level: 'warning' }]);
  });

  it.each([
    ['that the shell names', {}, { [variable]: 'typed' }, 'typed'],
    ['of all projects', { [variable]: 'fixed' }, {}, 'fixed'],
  ])('accepts the list %s', async (_, env, environment, list) => {
    const { world } = await variantOf(env);
    await startDaemon(world, { [variable]: list });
    expect(await found(world, environment)).toMatchObject([{ level: 'ok' }]);
  });

  it('reports nothing if no daemon is running', async () => {
    const { world } = await variantOf();
    expect(await found(world)).toEqual([]);
    const lock = join(world.home, 'one', 'config', 'daemon.lock');
    for (const text of ['{', '[]', '{"pid":"1"}', JSON.stringify({ pid: process.pid })]) {
      await writeFile(lock, text);
      expect(await found(world)).toEqual([]);
    }
  });
});
