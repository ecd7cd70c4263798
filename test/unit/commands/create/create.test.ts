import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { treeOf } from '../../../support/folder.ts';
import { type CommandWorld, newCommandWorld } from '../run.ts';

/** Answers to lists by the first of these values that is offered; other questions are not asked here. */
const answers = vi.hoisted((): string[] => []);
vi.mock('@clack/prompts', async (original) => ({
  ...(await original<typeof import('@clack/prompts')>()),
  select: ({ options }: { options: { value: string }[] }) =>
    Promise.resolve(options.find(({ value }) => answers.includes(value))?.value),
  spinner: () => ({ start() {}, stop() {}, error() {}, message() {} }),
}));

const terminals = [process.stdin, process.stderr];
const before = terminals.map(({ isTTY }) => isTTY);
let world: CommandWorld;
beforeEach(async () => {
  world = await newCommandWorld();
  for (const stream of terminals) stream.isTTY = true;
});
afterEach(() => {
  for (const [index, stream] of terminals.entries()) stream.isTTY = before[index] ?? false;
});

const given = ['--no-teams', '--no-skills', '--no-probe'];

it('creates what the options and the answers come to', async () => {
  answers.push('none', 'create');
  const words = ['create', 'one', '--provider', 'mirror', '--from', world.claude, ...given];
  expect(await world.run(words)).toMatchObject({ status: 0 });
  expect((await world.json(['info', 'one'])).data).toMatchObject({
    provider: 'mirror',
    skills: [],
    key: null,
  });
});

it.each<[string[], number, RegExp]>([
  [['--provider', 'zia'], 3, /no provider named "zia"/],
  [['--provider', 'zai', '--region', 'mars'], 2, /has no region "mars"/],
  [['--provider', 'custom', '--base-url', 'nowhere'], 2, /not an http or https address/],
  [['--model', '"x"'], 2, /--model: remove the quotes/],
  [['--api-key-env', 'NOT_SET'], 2, /NOT_SET is empty or not set/],
  [['--env', 'TOKEN'], 2, /not NAME=VALUE/],
  [['--name', 'a b'], 2, /cannot be a variant's name/],
  [['--name', 'store'], 2, /is reserved/],
])('refuses %j before it asks', async (words, status, says) => {
  answers.length = 0;
  const tree = await treeOf(world.root);
  const result = await world.run(['create', '--from', world.claude, ...given, ...words]);
  expect(result).toMatchObject({ status, stderr: expect.stringMatching(says) });
  expect(await treeOf(world.root)).toEqual(tree);
});

it('takes a region in capitals, as quick does', async () => {
  answers.push('preset', 'create');
  const words = ['create', 'one', '--provider', 'zai', '--region', 'China', '--from', world.claude];
  const run = await world.run([...words, '--api-key-env', 'KEY', ...given], { KEY: 'zai.a-key' });
  expect(run).toMatchObject({ status: 0 });
  expect((await world.json(['info', 'one'])).data.baseUrl).toMatch(/bigmodel\.cn/);
});

it('leaves at the summary', async () => {
  answers.length = 0;
  answers.push('none', 'leave');
  const tree = await treeOf(world.root);
  const words = ['create', 'one', '--provider', 'mirror', '--from', world.claude, ...given];
  expect((await world.run(words)).status).toBe(130);
  expect(await treeOf(world.root)).toEqual(tree);
});
