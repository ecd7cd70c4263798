import { createHash } from 'node:crypto';
import { access, appendFile, chmod, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, expect, it } from 'vitest';
import { type CommandWorld, newCommandWorld } from './run.ts';
import { treeOf } from '../../support/folder.ts';

let world: CommandWorld;
let environment: Record<string, string>;

beforeEach(async () => {
  world = await newCommandWorld();
  environment = { PATH: world.bin };
  for (const name of ['one', 'two']) {
    const words = world.quick(name);
    await world.run([...words, '--quiet']);
  }
});

it('reports that all is well', async () => {
  const before = await treeOf(world.home);
  const { status, data, ok } = await world.json(['doctor', '--no-probe'], environment);
  expect([status, ok]).toEqual([0, true]);
  expect(data.variants.map(({ name }: { name: string }) => name)).toEqual(['one', 'two']);
  expect(data.variants[0].findings[0]).toEqual({
    check: 'launcher',
    level: 'ok',
    message: join(world.bin, 'one'),
    next: null,
  });
  expect(data.home).toContainEqual(expect.objectContaining({ check: 'home', level: 'ok' }));
  expect(data.fixed).toEqual([]);
  expect(await treeOf(world.home)).toEqual(before);
});

it('removes leftovers of several variants in one run', async () => {
  const left = ['one', 'two'].map((name) => join(world.home, name, 'bundle', 'left'));
  for (const folder of left) await mkdir(folder);
  const { status, data } = await world.json(['doctor', '--no-probe', '--fix'], environment);
  expect({ status, data }).toEqual({ status: 0, data });
  expect(data.fixed.map(({ name }: { name: string }) => name)).toEqual(['one', 'two']);
  for (const folder of left) await expect(access(folder)).rejects.toMatchObject({ code: 'ENOENT' });
});

it('exits with its own status on errors, and prints all findings', async () => {
  await rm(join(world.bin, 'one'));
  const { status, data, ok, error } = await world.json(['doctor', '--no-probe'], environment);
  expect([status, ok]).toEqual([2, false]);
  expect(error).toMatchObject({
    code: 'invalid-record',
    message: expect.stringMatching(/^one: .* is gone/),
    hint: 'cc-mirror doctor one --fix',
  });
  expect(data.variants[1].findings.every(({ level }: { level: string }) => level === 'ok')).toBe(
    true,
  );
});

it('exits with status 0 on warnings', async () => {
  await rm(join(world.home, 'one', 'config', 'skills', 'orchestration', 'SKILL.md'));
  const { status, stdout } = await world.run(['doctor', 'one', '--no-probe'], environment);
  expect(status).toBe(0);
  expect(stdout).toMatch(/^one\n {2}ok {7}launcher /);
  expect(stdout).toMatch(/warning {2}packs .*SKILL\.md is gone/);
  expect(stdout).toMatch(/→ cc-mirror doctor one --fix\n$/);
  expect(stdout).not.toContain('all variants');
  expect(stdout).not.toContain('\u001b');
});

it('reports a program that crashes as a failed proof', async () => {
  const { data } = await world.json(['info', 'one']);
  const { path } = data.bundle;
  await chmod(path, 0o755);
  await appendFile(path, ';throw new Error("late");');
  // What it is now is what the record says: only running it shows the fault.
  const sha256 = createHash('sha256')
    .update(await readFile(path))
    .digest('hex');
  const record = join(world.home, 'one', 'variant.json');
  const text = await readFile(record, 'utf8');
  await writeFile(record, text.replaceAll(data.bundle.sha256, sha256));
  const { status, error } = await world.json(['doctor', 'one'], environment);
  expect([status, error?.code]).toEqual([5, 'probe-failed']);
});

it('--fix repairs, names the repairs and checks again', async () => {
  await rm(join(world.bin, 'one'));
  await chmod(join(world.home, 'two'), 0o755);
  const { status, data } = await world.json(['doctor', '--fix'], environment);
  expect(status).toBe(0);
  expect(data.fixed).toEqual([
    { name: 'one', check: 'launcher', message: `${join(world.bin, 'one')} is gone` },
    { name: 'two', check: 'key', message: `others can read ${join(world.home, 'two')}` },
  ]);
  expect(
    data.variants.flatMap((one: { findings: { level: string }[] }) =>
      one.findings.map(({ level }) => level),
    ),
  ).not.toContain('warning');
  const { stdout } = await world.run(['doctor', '--fix', '--no-probe'], environment);
  expect(stdout).toMatch(/Nothing was repaired\.\n$/);
});

it('names what cannot be repaired, and repairs the rest', async () => {
  await writeFile(join(world.bin, 'one'), 'mine');
  await rm(join(world.home, 'one', 'hooks', 'rules.cjs'));
  await rm(join(world.bin, 'two'));
  const { status, data } = await world.json(['doctor', '--fix', '--no-probe'], environment);
  expect(status).toBe(2);
  expect(data.variants[0].findings).toContainEqual(
    expect.objectContaining({ check: 'repair', level: 'error' }),
  );
  expect(data.fixed).toEqual([expect.objectContaining({ name: 'two', check: 'launcher' })]);
});

it('refuses an unknown name', async () => {
  expect((await world.json(['doctor', 'three'], environment)).error?.code).toBe('no-such-variant');
  expect((await world.json(['doctor', '../x'], environment)).error?.code).toBe('invalid-name');
});
