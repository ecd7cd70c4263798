import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { writeFakeClaude } from '../../../support/fake-claude.ts';
import { type CommandWorld, newCommandWorld } from '../run.ts';
import { treeOf } from '../../../support/folder.ts';

let world: CommandWorld;

beforeEach(async () => {
  world = await newCommandWorld();
  for (const name of ['one', 'two']) await world.json(world.quick(name));
  await writeFakeClaude(world.claude, { version: '2.1.19' });
});

describe('--dry-run', () => {
  it('prints what would be done and changes nothing', async () => {
    const before = await treeOf(world.root);
    const { status, data } = await world.json([
      'update',
      'one',
      '--dry-run',
      '--skills',
      'router',
      '--env',
      'API_TIMEOUT_MS=5',
    ]);
    expect(status).toBe(0);
    expect(data).toEqual({
      dryRun: true,
      variants: [
        {
          name: 'one',
          from: '2.1.16',
          to: '2.1.19',
          fetch: true,
          values: null,
          differences: null,
          packs: { added: ['router'], removed: ['orchestration'] },
          key: null,
          headers: [],
          prove: true,
          notes: [],
          changes: null,
        },
      ],
    });
    expect(await treeOf(world.root)).toEqual(before);
  });

  it('asks a source once for all variants', async () => {
    const { stdout, stderr } = await world.run(['update', '--dry-run']);
    expect(stdout).toMatch(/one .*2\.1\.19.*\ntwo .*2\.1\.19/);
    expect(stderr.match(/Reading/g)).toHaveLength(1);
  });

  it('lists the values that would change if the build is in the store', async () => {
    await world.json(['update', 'two', '--no-probe']);
    const before = await treeOf(world.root);
    const { stdout: out } = await world.run([
      'update',
      'one',
      '--dry-run',
      '--env',
      'API_TIMEOUT_MS=5',
    ]);
    expect(out).toMatch(
      /one +2\.1\.16 → 2\.1\.19, API_TIMEOUT_MS=5\none:\n[^]*\nNothing was changed/,
    );
    expect(await treeOf(world.root)).toEqual(before);
  });

  it('fails if the update would', async () => {
    await rm(world.claude, { recursive: true });
    expect(await world.json(['update', '--dry-run'])).toMatchObject({ status: 3, ok: false });
  });
});

describe('several variants', () => {
  it('read one source and create one build', async () => {
    const { stderr: err } = await world.run(['update', '--no-probe']);
    const count = (what: RegExp): number =>
      err.split('\n').filter((line) => what.test(line)).length;
    expect(count(/- Reading .*claude package/)).toBe(1);
    expect(count(/- Copying /)).toBe(1);
    expect(count(/- (one|two): Building/)).toBe(1);
    const entries = await readdir(join(world.home, '.store'));
    const [entry = ''] = entries.filter((name) => name.startsWith('2.1.19'));
    const builds = await readdir(join(world.home, '.store', entry));
    expect(builds.filter((name) => name.endsWith('.json'))).toHaveLength(2);
  });
});

describe('leftovers of an interrupted command', () => {
  it.each([['list'], ['info', 'one'], ['update', '--no-probe']])(
    'are cleared and reported by %s %s',
    async (...command) => {
      const staging = join(world.home, '.staging');
      await mkdir(staging);
      await writeFile(join(staging, 'intent.json'), '{"command":"update","name":"two"}');
      const { stderr: err, status } = await world.run(command.filter((word) => word !== ''));
      expect(status).toBe(0);
      expect(err).toContain('note: cc-mirror update two was interrupted; it has now been undone');
      expect(await readdir(world.home)).not.toContain('.staging');
      expect((await world.run(['list'])).stderr).not.toContain('cut off');
    },
  );
});
