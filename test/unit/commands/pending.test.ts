import { access, mkdir, readFile, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, expect, it } from 'vitest';
import { Changes } from '../../../src/transaction/changes.ts';
import { turnBack, writeIntent, writeJournal } from '../../../src/transaction/journal.ts';
import { stagingOf } from '../../../src/transaction/transaction.ts';
import { type CommandWorld, newCommandWorld } from './run.ts';
import { treeOf } from '../../support/folder.ts';

let world: CommandWorld;
let environment: Record<string, string>;

beforeEach(async () => {
  world = await newCommandWorld();
  environment = { PATH: world.bin };
  await world.run(world.quick('one'));
});

const begun = 'What cc-mirror update one started can be neither finished nor undone: ';

/** An update that was cut off while it was undone, and cannot be: a folder is where a file was. */
async function leavePending(): Promise<string> {
  const file = join(world.home, 'one', 'config', 'mine');
  const staging = stagingOf(world.home);
  const intent = { command: 'update', name: 'one' };
  await writeFile(file, 'old');
  const changes = new Changes();
  changes.write(file, 'new');
  const steps = await changes.steps([world.home]);
  await mkdir(staging, { mode: 0o700 });
  await writeIntent(staging, intent);
  await writeJournal(staging, { ...intent, steps });
  await turnBack(staging);
  await rm(file);
  await mkdir(file);
  return file;
}

const reading = [
  ['list'],
  ['info', 'one'],
  ['inspect', 'one'],
  ['store', 'list'],
  ['store', 'prune', '--dry-run'],
  ['update', 'one', '--dry-run', '--no-probe'],
  ['providers', 'list'],
  ['skills', 'list'],
  ['doctor', 'one', '--no-probe'],
];

it.each(reading)('%s %s works, and reports what is pending', async (...words) => {
  const file = await leavePending();
  const before = await treeOf(world.home);
  const { status, stderr } = await world.run(words, environment);
  expect({ status, stderr }).toEqual({ status: 0, stderr });
  expect(stderr).toContain(`note: ${begun}${file} is a folder`);
  expect(stderr).toContain('cc-mirror doctor --fix');
  expect(await treeOf(world.home)).toEqual(before);
});

it.each([
  ['update', 'one', '--no-probe'],
  ['remove', 'one', '--yes'],
  ['rollback', 'one'],
  ['store', 'prune'],
  ['doctor', 'one', '--fix', '--no-probe'],
])('%s %s refuses to start', async (...words) => {
  const file = await leavePending();
  // So that the doctor has something to repair.
  await rm(join(world.bin, 'one'));
  const before = await treeOf(world.home);
  expect(await world.json(words, environment)).toMatchObject({
    status: 2,
    error: {
      code: 'storage',
      message: expect.stringContaining(`${begun}${file} is a folder`),
      hint: expect.stringContaining('cc-mirror doctor --fix'),
    },
  });
  expect(await treeOf(world.home)).toEqual(before);
});

it('is finished by the next command once nothing blocks it', async () => {
  const file = await leavePending();
  await rm(file, { recursive: true });
  await writeFile(file, 'new');
  const { status, stderr } = await world.run(['list']);
  expect([status, stderr]).toEqual([
    0,
    '- note: cc-mirror update one was interrupted; it has now been undone\n'.slice(2),
  ]);
  expect(await readFile(file, 'utf8')).toBe('old');
});

it('is set aside by doctor --fix, and then everything works', async () => {
  await leavePending();
  const journal = await treeOf(stagingOf(world.home));
  const found = await world.json(['doctor', '--no-probe'], environment);
  expect(found).toMatchObject({ status: 2, error: { code: 'invalid-record' } });
  expect(found.data.home).toContainEqual({
    check: 'home',
    level: 'error',
    message: expect.stringContaining(begun),
    next: expect.stringContaining('cc-mirror doctor --fix'),
  });

  const fixed = await world.run(['doctor', '--fix', '--no-probe'], environment);
  expect(fixed).toMatchObject({ status: 0, stdout: expect.stringContaining('Repaired\n') });
  const [name = ''] = (await readdir(world.home)).filter((one) => one.startsWith('.set-aside-'));
  const kept = join(world.home, name);
  expect(fixed.stderr).toContain(`Moved to ${kept}`);
  expect(fixed.stdout).toContain(`${kept} was set aside`);
  expect(await treeOf(kept)).toEqual(journal);

  const { status, stderr } = await world.run(['update', 'one', '--no-probe'], environment);
  expect([status, stderr.includes('note:')]).toEqual([0, false]);
  await rename(kept, stagingOf(world.home));
  expect((await world.run(['list'])).stderr).toContain(begun);
});

it('sets aside an unreadable journal, too', async () => {
  await mkdir(join(stagingOf(world.home), 'undo.json'), { recursive: true });
  const found = await world.json(['doctor', '--no-probe'], environment);
  expect(found.data.home).toContainEqual(
    expect.objectContaining({ level: 'error', message: expect.stringContaining('undo.json') }),
  );
  const fixed = await world.run(['doctor', '--fix', '--no-probe'], environment);
  expect(fixed).toMatchObject({ status: 0, stdout: expect.stringContaining('Repaired\n') });
  const { status, stderr } = await world.run(['update', 'one', '--no-probe'], environment);
  expect([status, stderr.includes('note:')]).toEqual([0, false]);
});

it('a folder in place of the lock is named, by doctor as well', async () => {
  const lock = join(world.home, '.lock');
  await mkdir(lock);
  const { error } = await world.json(['update', 'one', '--no-probe'], environment);
  expect(error?.message).toContain(lock);
  const { status, data } = await world.json(['doctor', '--no-probe'], environment);
  expect(status).toBe(2);
  expect(data.home).toContainEqual(
    expect.objectContaining({ level: 'error', message: expect.stringContaining(lock) }),
  );
});

it('leaves nothing pending if a launcher cannot be written', async () => {
  // Where everybody may write, as far as anybody can tell, and nothing can be made or synced.
  const bin = '/proc/self';
  await expect(access(bin)).resolves.toBeUndefined();
  const made = await world.json(world.quick('two', '--bin-dir', bin));
  expect(made).toMatchObject({
    status: 2,
    error: { code: 'storage', hint: expect.stringContaining('--bin-dir') },
  });
  const { status, stderr } = await world.run(['list']);
  expect([status, stderr]).toEqual([0, '']);
  expect(await readdir(world.home)).not.toContain('.staging');
});
