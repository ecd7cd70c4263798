import { mkdir, readFile, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { describe, expect, it, vi } from 'vitest';
import { hostileFolders } from '../../../support/hostile-names.ts';
import { controls, useOwnFolder } from './hostile.ts';
import { newCommandWorld } from '../run.ts';
import { treeOf } from '../../../support/folder.ts';

vi.setConfig({ testTimeout: 120_000 });
const current = useOwnFolder();

describe('a path of any kind', () => {
  it.each(hostileFolders)('%j: creates, starts, updates, lists and removes', async (folder) => {
    const world = await newCommandWorld();
    const at = (kind: string): string => join(world.root, kind, folder);
    // Node.js runs no module from a path with a backslash.
    const home = at('home').replaceAll('\\', '');
    const [bin, project, claude] = [at('bin'), at('project'), at('claude')];
    const script = (await readFile(join(world.claude, 'cli.js'), 'utf8')).replace(
      'JSON.stringify(process.env)',
      'JSON.stringify({env:process.env,words:process.argv.slice(2),folder:process.cwd()})',
    );
    for (const made of [project, claude]) await mkdir(made, { recursive: true });
    await writeFile(join(claude, 'cli.js'), script);
    await writeFile(
      join(claude, 'package.json'),
      await readFile(join(world.claude, 'package.json')),
    );
    await writeFile(join(world.root, 'canary'), '');
    const outside = async (): Promise<string[]> =>
      Object.keys(await treeOf(world.root)).filter((path) => !/^(home|bin)(\/|$)/.test(path));
    const tree = await outside();
    const words = ['--home', home, '--bin-dir', bin];
    const run = async (...line: string[]): Promise<string> => {
      const { status, stdout, stderr } = await world.run([...words, ...line], {
        MY_KEY: 'dummy-key-0123456789',
      });
      expect([line, status, stderr]).toEqual([line, 0, stderr]);
      expect([line, controls.exec(stdout + stderr)]).toEqual([line, null]);
      return stdout;
    };
    const args = ['env', '', ' ', "it's", '"', '$HOME', '*', '-n', '\\', 'a\nb', folder];
    const checkLaunch = async (model: string): Promise<void> => {
      const { stdout, stderr } = await execa(join(bin, 'one'), args, { cwd: project });
      expect(stderr).toBe('');
      const { env, words, folder: where } = JSON.parse(stdout);
      expect({ words, where }).toEqual({ words: args, where: project });
      const { CLAUDE_CODE_TASK_LIST_ID: list } = env;
      // A very long name is cut: src/launcher/task-list.ts
      expect(list.replace(/-\d+$/, '')).toBe(`one-${folder}`.slice(0, 128));
      expect(env).toMatchObject({
        CLAUDE_CONFIG_DIR: join(home, 'one', 'config'),
        ANTHROPIC_AUTH_TOKEN: 'dummy-key-0123456789',
        ANTHROPIC_MODEL: model,
      });
    };
    const custom = ['--provider', 'custom', '--base-url', 'http://127.0.0.1:9', '--model', 'a'];
    await run('quick', 'one', ...custom, '--from', claude, '--api-key-env', 'MY_KEY');
    await run('update', 'one', '--model', 'b', '--no-probe');
    await checkLaunch('b');
    await run('rollback', 'one');
    await checkLaunch('a');
    expect(JSON.parse(await run('list', '--json')).data.variants).toMatchObject([
      { name: 'one', launcher: join(bin, 'one') },
    ]);
    for (const line of ['list', 'info one', 'inspect one', 'doctor one --no-probe'])
      await run(...line.split(' '));
    await run('remove', 'one', '--yes');
    expect(await readdir(bin)).toEqual([]);
    expect(await outside()).toEqual(tree);
  });

  it('that Node.js cannot run from is refused before anything is written', async () => {
    const world = await newCommandWorld();
    const words = ['--home', join(world.root, 'back\\slash'), 'quick', 'one', '--provider'];
    const tree = await treeOf(world.root);
    expect(await world.json([...words, 'mirror', '--from', world.claude])).toMatchObject({
      status: 5,
      error: { code: 'probe-failed' },
    });
    expect(await treeOf(world.root)).toEqual(tree);
  });

  it('may begin with a hyphen or end with a space', async () => {
    const world = await newCommandWorld();
    const places = ['--home', '-h ', '--bin-dir', '-b '];
    const quick = world.quick('one');
    const made = await world.run([...places, ...quick]);
    expect(made).toMatchObject({ status: 0 });
    expect(await readdir(join(current(), '-b '))).toEqual(['one']);
    expect(await readdir(join(current(), '-h '))).toContain('one');
    const removed = await world.run(['--home', '-h ', '--bin-dir=-b ', 'remove', 'one', '--yes']);
    expect(removed.status).toBe(0);
    expect(await readdir(join(current(), '-b '))).toEqual([]);
  });
});
