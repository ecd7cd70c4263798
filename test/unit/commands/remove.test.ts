import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { beforeEach, expect, it, onTestFinished } from 'vitest';
import { type CommandWorld, newCommandWorld } from './run.ts';
import { treeOf } from '../../support/folder.ts';

let world: CommandWorld;
let make: string[];
beforeEach(async () => {
  world = await newCommandWorld();
  make = world.quick('one');
  await world.run(make);
});

it.each(['', '--json', '--quiet'])('requires --yes without a terminal: %s', async (form) => {
  const before = await treeOf(world.root);
  const words = ['remove', 'one', ...(form === '' ? [] : [form])];
  const { status, stderr, stdout } = await world.run(words);
  expect(status).toBe(2);
  expect(stderr + stdout).toContain('cc-mirror remove one --yes');
  expect(await treeOf(world.root)).toEqual(before);
  expect((await world.run([...words, '--yes'])).status).toBe(0);
});

it.runIf(process.platform === 'linux')(
  'a variant in use is removed only with --force',
  async () => {
    const { data } = await world.json(['info', 'one']);
    const script = join(dirname(data.bundle.path), 'wait.js');
    await writeFile(
      script,
      'process.title = "claude"; process.send("up"); setInterval(() => {}, 1000)',
    );
    const session = spawn(process.execPath, [script], {
      env: { CLAUDE_CONFIG_DIR: data.configDir },
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    });
    onTestFinished(() => void session.kill());
    await once(session, 'message');
    for (const words of [['--yes'], []]) {
      expect(await world.run(['remove', 'one', ...words])).toMatchObject({
        status: 7,
        stderr: expect.stringMatching(
          new RegExp(`in use: process ${session.pid}\\..*--force`, 's'),
        ),
      });
    }
    expect((await world.run(['remove', 'one', '--yes', '--force'])).status).toBe(0);
  },
);

it('frees the name even if a session writes later', async () => {
  await world.run(['remove', 'one', '--yes']);
  const config = join(world.home, 'one', 'config');
  await mkdir(join(config, 'projects', '-p'), { recursive: true });
  await writeFile(join(config, 'projects', '-p', 'session.jsonl'), '{}\n');
  await writeFile(join(config, '.claude.json'), '{"numStartups":1}');
  expect((await world.run(['info', 'one'])).status).toBe(3);
  const { stdout } = await world.run(['doctor', '--no-probe']);
  expect(stdout).toMatch(/warning +home +.*one was written by a session after its variant/);
  expect((await world.run(make)).status).toBe(0);
  expect(await readdir(config)).not.toContain('projects');
});

it.each([
  ['something of the user’s beside it', 'notes.md'],
  ['something of the user’s in it', 'config/CLAUDE.md'],
])('a folder with %s is left alone', async (_, file) => {
  await world.run(['remove', 'one', '--yes']);
  const folder = join(world.home, 'one');
  await mkdir(join(folder, 'config', 'projects'), { recursive: true });
  await writeFile(join(folder, file), 'mine');
  const before = await treeOf(world.root);
  expect((await world.run(make)).status).toBe(7);
  expect(await treeOf(world.root)).toEqual(before);
});
