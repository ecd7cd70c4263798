import { afterEach, expect, it, vi } from 'vitest';
import { markedKeys } from '../../support/marked-key.ts';
import { checkSecret, holdersIn, keyOf, newSecretWorld, places } from './secrets.ts';

const { first } = markedKeys;
const answer = vi.hoisted(() => ({ key: '' }));
vi.mock('@clack/prompts', async (original) => ({
  ...(await original<typeof import('@clack/prompts')>()),
  password: () => Promise.resolve(answer.key),
  multiselect: () => Promise.resolve([]),
  confirm: () => Promise.resolve(true),
  spinner: () => ({ start() {}, stop() {}, error() {}, message() {} }),
}));

const terminals = [process.stdin, process.stderr];
const before = terminals.map(({ isTTY }) => isTTY);
afterEach(() => {
  for (const [index, stream] of terminals.entries()) stream.isTTY = before[index] ?? false;
});

it('a key that create asks for is kept in its file only, and never shown', async () => {
  const world = await newSecretWorld();
  for (const stream of terminals) stream.isTTY = true;
  const create = ['create', ...world.quick.slice(1), '--no-probe', '--verbose'];
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
  expect((await world.run(['remove', 'one', '--verbose'])).status).toBe(0);
  expect(await holdersIn(world)).toEqual([]);
  await checkSecret(world, [places.key]);
});
