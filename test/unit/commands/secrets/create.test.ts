import { afterEach, expect, it, vi } from 'vitest';
import { markedKeys } from '../../../support/marked-key.ts';
import { checkSecret, holdersIn, keyOf, newSecretWorld, places } from './secrets.ts';

const { first, second } = markedKeys;
const answer = vi.hoisted(() => ({ key: '' }));
vi.mock('@clack/prompts', async (original) => ({
  ...(await original<typeof import('@clack/prompts')>()),
  password: () => Promise.resolve(answer.key),
  multiselect: () => Promise.resolve([]),
  select: ({ options }: { options: { value: string }[] }) =>
    Promise.resolve(
      options.find(({ value }) => ['file', 'preset', 'create'].includes(value))?.value,
    ),
  confirm: () => Promise.resolve(true),
  spinner: () => ({ start() {}, stop() {}, error() {}, message() {} }),
}));

const terminals = [process.stdin, process.stderr];
const before = terminals.map(({ isTTY }) => isTTY);
afterEach(() => {
  for (const [index, stream] of terminals.entries()) stream.isTTY = before[index] ?? false;
});

it('keeps a key that create asks for only in its file, and never shows it', async () => {
  const world = await newSecretWorld();
  for (const stream of terminals) stream.isTTY = true;
  const create = ['create', ...world.words.slice(1), '--no-probe', '--verbose'];
  for (const wrong of [`two ${first}`, `${first}\n${first}`]) {
    answer.key = wrong;
    expect((await world.run(create)).status).toBe(2);
  }
  expect(await holdersIn(world)).toEqual([]);
  answer.key = ` Bearer ${first} `;
  expect(await world.run(create)).toMatchObject({ status: 0 });
  expect(await keyOf(world)).toBe(`${first}\n`);
  expect((await world.run(create)).status).toBe(7);
  await checkSecret(world, [places.key]);
  expect((await world.run(['remove', 'one', '--yes', '--verbose'])).status).toBe(0);
  expect(await holdersIn(world)).toEqual([]);
  await checkSecret(world, [places.key]);
});

it('keeps a key that update asks for only in its file, and shows its ending', async () => {
  const world = await newSecretWorld();
  const made = [...world.words, '--api-key-env', 'MARKED', '--no-probe'];
  expect(await world.run(made)).toMatchObject({ status: 0 });
  for (const stream of terminals) stream.isTTY = true;
  answer.key = ` ${second} `;
  const update = ['update', 'one', '--api-key-stdin', '--no-probe'];
  const ends = new RegExp(`key replaced, ends in …${second.slice(-4)}`);
  expect(await world.run([...update, '--dry-run'])).toMatchObject({
    status: 0,
    stdout: expect.stringMatching(ends),
  });
  expect(await keyOf(world)).toBe(`${first}\n`);
  expect((await world.run([...update, '--verbose'])).stdout).toMatch(ends);
  expect(await keyOf(world)).toBe(`${second}\n`);
  expect((await world.run(update)).stdout).toMatch(/key unchanged/);
  answer.key = `${first} ${second}`;
  expect((await world.run(update)).status).toBe(2);
  process.stderr.isTTY = false;
  expect((await world.run(update)).stderr).toMatch(
    /standard input is a terminal.*Pipe the key in/s,
  );
  await checkSecret(world, [places.key, places.change]);
});

it.each([
  [
    '--key-store env --api-key-env MARKED',
    /key now from the variable MARKED of your shell, ends in …y0Gu/,
  ],
  ['--api-key-helper false', /key now from the command: false/],
  ['--header a:1', /header a set/],
])('reports another change of the key: %s', async (line, told) => {
  const world = await newSecretWorld();
  await world.run([...world.words, '--api-key-env', 'MARKED', '--no-probe']);
  const update = ['update', 'one', '--no-probe', ...line.split(' ')];
  expect((await world.run([...update, '--dry-run'])).stdout).toMatch(told);
  expect((await world.run(update)).stdout).toMatch(told);
});
