import { createHash } from 'node:crypto';
import { mkdir, readFile, readdir, stat, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { bunExecutable, claudeText, elfHeader } from '../../support/executables/bun-executable.ts';
import { writeFakeClaude } from '../../support/fake-claude.ts';
import { type CommandWorld, newCommandWorld } from './run.ts';
import { treeOf } from '../../support/folder.ts';

let world: CommandWorld;
let out: string;

beforeEach(async () => {
  world = await newCommandWorld();
  out = join(world.root, 'edited');
});

const build = (...more: string[]): ReturnType<CommandWorld['json']> =>
  world.json(['build', world.claude, '--out', out, ...more]);

async function codeOf(...more: string[]): Promise<unknown[]> {
  const { status, error } = await build(...more);
  return [status, error?.code];
}

async function hashOf(path: string): Promise<string> {
  return createHash('sha256')
    .update(await readFile(path))
    .digest('hex');
}

describe('a JavaScript build', () => {
  it('becomes a proved package with both gates open', async () => {
    await mkdir(join(world.claude, 'vendor'));
    await writeFile(join(world.claude, 'vendor', 'tool'), 'x');
    const before = await treeOf(world.claude);
    const { status, data } = await build();
    expect(status).toBe(0);
    expect(data).toMatchObject({
      kind: 'js',
      version: '2.1.16',
      platform: 'any',
      file: join(out, 'cli.js'),
      sha256: {
        before: await hashOf(join(world.claude, 'cli.js')),
        after: await hashOf(join(out, 'cli.js')),
      },
      signature: null,
      probe: { tasks: true, teams: true },
      capabilities: { tasks: { by: 'flip' }, teams: { by: 'flip' } },
    });
    const text = await readFile(join(world.claude, 'cli.js'));
    for (const { edits } of [data.capabilities.tasks, data.capabilities.teams]) {
      const [{ start, end, before: old, after }] = edits;
      expect(text.toString('utf8', start, end)).toBe(old);
      text.write(after, start);
    }
    expect(await readFile(join(out, 'cli.js'))).toEqual(text);
    expect(await readFile(join(out, 'vendor', 'tool'), 'utf8')).toBe('x');
    expect(await treeOf(world.claude)).toEqual(before);
    expect((await readdir(world.root)).filter((name) => name.includes('.tmp'))).toEqual([]);
  });

  it('replaces only an earlier package, and only with --force', async () => {
    await build();
    const first = await treeOf(out);
    expect(await codeOf()).toEqual([7, 'name-taken']);
    await writeFile(join(out, 'cli.js'), 'spoilt');
    expect(await codeOf('--force')).toEqual([0, undefined]);
    expect(await treeOf(out)).toEqual(first);
    for (const place of [world.root, world.claude, join(world.claude, 'cli.js')]) {
      const tree = await treeOf(world.root);
      const words = ['build', world.claude, '--out', place, '--force'];
      expect((await world.json(words)).error?.code).toBe('name-taken');
      expect(await treeOf(world.root)).toEqual(tree);
    }
  });

  it('replaces neither the folder of its source nor, without --force, a link', async () => {
    const inner = join(world.claude, 'inner');
    await writeFakeClaude(inner);
    const tree = await treeOf(world.root);
    const words = ['build', inner, '--out', world.claude, '--force'];
    expect((await world.json(words)).error?.code).toBe('name-taken');
    expect(await treeOf(world.root)).toEqual(tree);
    await symlink('/nowhere', out);
    expect(await codeOf()).toEqual([7, 'name-taken']);
  });

  it('is writable by its owner', async () => {
    await writeFile(join(world.claude, 'tool'), 'x', { mode: 0o444 });
    await build('--no-probe');
    expect((await stat(join(out, 'tool'))).mode & 0o200).toBe(0o200);
    expect((await stat(join(out, 'cli.js'))).mode & 0o777).toBe(0o755);
  });

  it('that cannot be proved or understood leaves nothing behind', async () => {
    const names = await readdir(world.root);
    await writeFakeClaude(world.claude, { lies: true });
    expect(await codeOf()).toEqual([5, 'probe-failed']);
    await writeFakeClaude(world.claude, { teams: 'unknown' });
    expect(await codeOf()).toEqual([4, 'capability-unavailable']);
    await writeFakeClaude(world.claude, { teams: 'absent' });
    expect(await codeOf('--teams')).toEqual([4, 'capability-unavailable']);
    expect(await readdir(world.root)).toEqual(names);
    await writeFakeClaude(world.claude, { lies: true });
    expect((await build('--no-probe')).data).toMatchObject({ probe: null });
  });

  it('without an edit equals the published one', async () => {
    const { data } = await build('--no-tasks', '--no-teams');
    expect(data.sha256.after).toBe(data.sha256.before);
    expect(data.capabilities).toMatchObject({ tasks: { edits: [] }, teams: { edits: [] } });
  });
});

it('a build for another machine is written as one file and not run', async () => {
  const arm = elfHeader({ machine: 183, loader: '/lib/ld-linux-aarch64.so.1' });
  const gate = 'function swarm(){return process.env.CLAUDE_CODE_EXPERIMENTAL_AGENT_TEAMS==="1"}';
  const module = { name: '/$bunfs/root/cli', contents: claudeText('2.1.240', gate), bytecode: 64 };
  const native = join(world.root, 'claude-arm');
  await writeFile(native, bunExecutable([module], { header: arm }).bytes, { mode: 0o555 });
  const { data } = await world.json(['build', native, '--out', out]);
  expect(data).toMatchObject({
    kind: 'native',
    platform: 'linux-arm64',
    file: out,
    probe: null,
    capabilities: { tasks: { verdict: 'absent' }, teams: { by: 'flip' } },
  });
  expect((await stat(out)).mode & 0o111).toBe(0o111);
  expect((await readFile(out, 'latin1')).replaceAll('\0', '')).toContain('return!0/*CLAUDE_CODE_');
  expect(await hashOf(out)).toBe(data.sha256.after);
  const other = ['build', native, '--out', `${out}-2`, '--platform', 'darwin-arm64'];
  expect((await world.json(other)).error).toMatchObject({
    code: 'usage',
    message: expect.stringContaining('is for linux-arm64, not for darwin-arm64'),
  });
  const { stdout } = await world.run(['build', native, '--out', `${out}-2`]);
  expect(stdout).toContain('not run: built for another platform');
});

it('the output is checked before anything is fetched', async () => {
  expect(await codeOf('--out', join(world.root, 'missing', 'x'))).toEqual([3, 'no-such-path']);
  const { status, error } = await world.json(['build', '2.1.112']);
  expect([status, error?.code]).toEqual([2, 'usage']);
});
