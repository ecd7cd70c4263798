import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, expect, it } from 'vitest';
import { type CommandWorld, newCommandWorld } from '../run.ts';

let world: CommandWorld;
beforeEach(async () => {
  world = await newCommandWorld();
});

const make = (...words: string[]): string[] => [
  'quick',
  'one',
  '--provider',
  'custom',
  '--from',
  world.claude,
  '--no-probe',
  ...words,
];

it('corrects an address once, and says so', async () => {
  const made = await world.run(make('--base-url', 'https://x.test/v1/messages'));
  expect(made).toMatchObject({ status: 0 });
  expect(made.stderr).toContain('--base-url: removed the trailing /v1/messages');
  const record: { baseUrl: string; choices: object } = JSON.parse(
    await readFile(join(world.home, 'one', 'variant.json'), 'utf8'),
  );
  expect(record).toMatchObject({
    baseUrl: 'https://x.test',
    choices: { baseUrl: 'https://x.test' },
  });
  const updated = await world.run(['update', 'one', '--no-probe']);
  expect(updated).toMatchObject({ status: 0 });
  expect(updated.stderr).not.toContain('--base-url');
});

it('a key is stored without surrounding text, and not shown', async () => {
  const key = 'dummy-key-0123456789';
  const environment = { MY_KEY: `export API_KEY="${key}"` };
  const words = ['--base-url', 'https://x.test', '--api-key-env', 'MY_KEY'];
  const made = await world.run(make(...words), environment);
  expect(made).toMatchObject({ status: 0 });
  expect(made.stderr).toContain('taken without the name before it and the quotes around it');
  expect(made.stdout + made.stderr).not.toContain(key);
  expect(await readFile(join(world.home, 'one', 'secrets'), 'utf8')).toBe(`${key}\n`);

  const stored = ['update', 'one', '--no-probe', '--key-store', 'env', '--api-key-env', 'MY_KEY'];
  const refused = await world.json(stored, environment);
  expect(refused).toMatchObject({
    status: 2,
    error: { code: 'usage', message: expect.stringContaining('MY_KEY holds more than the key') },
  });
});

it('a key sent in another way stays in its store, and is approved for that', async () => {
  const key = 'dummy-key-0123456789';
  const words = ['--base-url', 'https://x.test', '--api-key-env', 'MY_KEY'];
  expect(await world.run(make(...words), { MY_KEY: key })).toMatchObject({ status: 0 });
  const update = ['update', 'one', '--no-probe', '--auth', 'api-key'];
  expect(await world.run(update)).toMatchObject({ status: 0 });
  const text = (...path: string[]): Promise<string> =>
    readFile(join(world.home, 'one', ...path), 'utf8');
  expect(await text('secrets')).toBe(`${key}\n`);
  expect(JSON.parse(await text('variant.json'))).toMatchObject({
    key: { store: 'file', variable: 'ANTHROPIC_API_KEY' },
    choices: { auth: 'api-key' },
  });
  expect(JSON.parse(await text('config', '.claude.json'))).toMatchObject({
    customApiKeyResponses: { approved: [key] },
  });
});
