import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, expect, it } from 'vitest';
import { type Gateway, freeAddress, startGateway } from '../../../support/gateway/gateway.ts';
import { refuse, service } from '../../../support/gateway/scenes.ts';
import { type CommandWorld, newCommandWorld } from '../run.ts';

const key = 'vendor-key-Zx81Qw92Er73Ty64';
const models = ['big', 'small'];
const pages = {
  '/user/balance': {
    is_available: true,
    balance_infos: [{ currency: 'CNY', total_balance: '110.00' }],
  },
};
const keyed = ['--api-key-env', 'VENDOR_KEY'];
const shell = { VENDOR_KEY: key, TEAM_ID: 'team-1' };

let world: CommandWorld;
let gateway: Gateway;

beforeEach(async () => {
  world = await newCommandWorld();
  gateway = await startGateway(service({ key, models, pages }));
  await writePreset('vendor', { balance: { path: '/user/balance', kind: 'deepseek' } });
});

async function writePreset(id: string, fields: object = {}): Promise<void> {
  const folder = join(world.home, 'providers');
  const preset = {
    id,
    name: 'Vendor',
    description: 'A vendor',
    baseUrl: `${gateway.url}/anthropic`,
    auth: { type: 'bearer' },
    models: { opus: 'big[1m]', sonnet: 'big', haiku: 'small' },
    limits: { deferredTools: true },
    ...fields,
  };
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, `${id}.json`), JSON.stringify(preset));
}

async function makeVariant(name: string, words: readonly string[]): Promise<void> {
  const quick = ['quick', name, '--from', world.claude, '--no-probe', '--quiet', ...words];
  const { status, stderr } = await world.run(quick, shell);
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
}

it('tests a preset with a key of the shell', async () => {
  const { status, stdout, stderr } = await world.run(
    ['providers', 'test', 'vendor', ...keyed],
    shell,
  );
  expect(status).toBe(0);
  const lines = stdout.split('\n');
  expect(lines[0]).toBe(`vendor: Vendor at ${gateway.url}/anthropic`);
  expect(lines).toContain(`  ok      reachable       ${gateway.url}/anthropic answers`);
  expect(lines).toContain('  ok      model-haiku     small answers (haiku)');
  expect(lines).toContain('  balance  110.00 CNY left');
  expect(stdout + stderr).not.toContain(key);
});

it('prints the contract’s document', async () => {
  const { status, ok, data } = await world.json(['providers', 'test', 'vendor', ...keyed], shell);
  expect([status, ok]).toEqual([0, true]);
  expect(data).toMatchObject({ provider: 'vendor', variant: null, balance: '110.00 CNY left' });
  expect(data.baseUrl).toBe(`${gateway.url}/anthropic`);
  expect(data.checks[0]).toEqual({
    id: 'reachable',
    ok: true,
    message: `${gateway.url}/anthropic answers`,
    next: null,
    ms: expect.any(Number),
  });
});

it.each([
  ['a file', [...keyed]],
  ['a variable', [...keyed, '--key-store', 'env']],
])('tests a variant with its key from %s, its models and headers', async (_, words) => {
  const header = ['--header', 'X-Team: ${TEAM_ID}'];
  await makeVariant('v', ['--provider', 'vendor', '--model-haiku', 'big', ...header, ...words]);
  const { status, data } = await world.json(['providers', 'test', 'v'], shell);
  expect({ status, data }).toMatchObject({
    status: 0,
    data: { provider: 'vendor', variant: 'v', baseUrl: `${gateway.url}/anthropic` },
  });
  expect(gateway.seen.every(({ headers }) => headers['x-team'] === 'team-1')).toBe(true);
  expect(gateway.seen.every(({ headers }) => headers.authorization === `Bearer ${key}`)).toBe(true);
  expect(gateway.seen.filter(({ body }) => body?.model === 'small')).toEqual([]);
});

it('sends what a key helper prints both ways, as Claude Code does', async () => {
  await makeVariant('h', ['--provider', 'vendor', '--api-key-helper', `echo ${key}`]);
  const { status } = await world.run(['providers', 'test', 'h'], {
    PATH: process.env['PATH'] ?? '',
  });
  expect(status).toBe(0);
  expect(gateway.seen[0]?.headers).toMatchObject({
    authorization: `Bearer ${key}`,
    'x-api-key': key,
  });
});

it('asks with a variable that the variant keeps from the shell', async () => {
  const keep = ['--keep-env', 'ANTHROPIC_DEFAULT_HAIKU_MODEL,ANTHROPIC_CUSTOM_HEADERS'];
  await makeVariant('k', ['--provider', 'vendor', ...keyed, ...keep]);
  const { data } = await world.json(['providers', 'test', 'k'], {
    ANTHROPIC_DEFAULT_HAIKU_MODEL: 'tiny',
    ANTHROPIC_CUSTOM_HEADERS: 'X-Team: theirs',
  });
  expect(data.checks).toContainEqual(
    expect.objectContaining({ id: 'model-haiku', message: expect.stringContaining('model tiny') }),
  );
  expect(gateway.seen[0]?.headers['x-team']).toBe('theirs');
});

it.each([
  ['is not set', {}, 'missing-key', /no key in the variable VENDOR_KEY/],
  ['has a key of Anthropic’s', { VENDOR_KEY: 'sk-ant-0123456789abc' }, 'usage', /sk-ant-/],
])('asks nobody where the variable of a key %s', async (_, environment, code, message) => {
  await makeVariant('e', ['--provider', 'vendor', ...keyed, '--key-store', 'env']);
  const { error } = await world.json(['providers', 'test', 'e'], environment);
  expect(error).toMatchObject({ code, message: expect.stringMatching(message) });
  expect(gateway.seen).toEqual([]);
});

it('asks the variant where a provider has the same name, and says so', async () => {
  await writePreset('twin');
  await makeVariant('twin', ['--provider', 'vendor', ...keyed]);
  const { status, stdout, stderr } = await world.run(['providers', 'test', 'twin']);
  expect(status).toBe(0);
  expect(stdout).toMatch(/^twin \(vendor\): /);
  expect(stderr).toContain('twin is a variant and a provider; the variant is asked');
});

it('exits with 5 where a check fails, and 6 where nothing answers, with the checks', async () => {
  const wrong = await world.json(['providers', 'test', 'vendor', ...keyed], {
    VENDOR_KEY: 'another-key-0123456789',
  });
  expect(wrong).toMatchObject({
    status: 5,
    error: {
      code: 'probe-failed',
      message: 'authenticated: Vendor does not accept the key (401: invalid key).',
      hint: 'Give another key: add --api-key-stdin',
    },
  });
  expect(wrong.data.checks[1]).toMatchObject({ id: 'authenticated', ok: false });
  const url = ['--base-url', await freeAddress()];
  const away = await world.json(['providers', 'test', 'vendor', ...keyed, ...url], shell);
  expect(away).toMatchObject({ status: 6, error: { code: 'network' } });
});

it('names for a variant the command that mends it', async () => {
  await makeVariant('v', ['--provider', 'vendor', '--model-opus', 'gone', ...keyed]);
  const { status, error } = await world.json(['providers', 'test', 'v'], shell);
  expect(status).toBe(5);
  expect(error).toMatchObject({
    message: 'model-opus: Vendor does not serve the model gone (404: model: gone).',
    hint: 'cc-mirror update v --model-opus ID with a model that it serves',
  });
});

it.each([
  ['a name of nothing', ['nothing'], 3, /no variant and no provider named "nothing"/],
  ['a preset without a key', ['vendor'], 2, /needs a key/],
  ['an option beside a variant', ['v', '--region', 'x'], 2, /--region is for testing a preset/],
  ['a time that is none', ['vendor', ...keyed, '--timeout', 'soon'], 2, /--timeout: give seconds/],
  ['a cloud', ['bedrock', '--env', 'AWS_REGION=x'], 2, /credentials of the cloud/],
])('asks nobody with %s', async (_, words, status, message) => {
  await makeVariant('v', ['--provider', 'vendor', ...keyed]);
  const run = await world.json(['providers', 'test', ...words], shell);
  expect(run).toMatchObject({ status, error: { message: expect.stringMatching(message) } });
  expect(gateway.seen).toEqual([]);
});

it('asks for the balance alone', async () => {
  await makeVariant('v', ['--provider', 'vendor', ...keyed]);
  const run = await world.run(['providers', 'balance', 'v'], shell);
  expect(run).toMatchObject({ status: 0, stdout: 'Vendor: 110.00 CNY left\n' });
  expect(gateway.seen).toMatchObject([{ method: 'GET', path: '/user/balance' }]);
});

it('says where a balance cannot be asked for, or not be read', async () => {
  await writePreset('plain');
  const unknown = await world.json(['providers', 'balance', 'plain', ...keyed], shell);
  expect(unknown).toMatchObject({ status: 0, data: { provider: 'plain', balance: null } });
  gateway = await startGateway(refuse(403, 'forbidden', `not for ${key}`));
  await writePreset('shy', { balance: { path: '/user/balance', kind: 'deepseek' } });
  const shy = await world.json(['providers', 'balance', 'shy', ...keyed], shell);
  expect(shy).toMatchObject({
    status: 6,
    error: { message: expect.stringMatching(/^The balance cannot be read .*403/) },
  });
  expect(JSON.stringify(shy)).not.toContain(key);
});

it('says that a proxy of the shell is not used', async () => {
  const elsewhere = { ...shell, HTTP_PROXY: 'http://127.0.0.1:8' };
  // The loopback, in a way that launchers do not exempt.
  const { port } = new URL(await freeAddress());
  await writePreset('far', { baseUrl: `http://[::ffff:127.0.0.1]:${port}` });
  const { stderr, status } = await world.run(['providers', 'test', 'far', ...keyed], elsewhere);
  expect(status).toBe(6);
  expect(stderr).toContain('HTTP_PROXY is set and not used for this test');
});
