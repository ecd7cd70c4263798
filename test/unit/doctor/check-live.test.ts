import { expect, it } from 'vitest';
import { startGateway } from '../../support/gateway/gateway.ts';
import { refuse, service } from '../../support/gateway/scenes.ts';
import { newCommandWorld } from '../commands/run.ts';

const key = 'gateway-key-Zx81Qw92Er73Ty64';

/** A world with a variant of a gateway's, and what doctor says of it. */
async function variantOf(url: string, models: readonly string[]) {
  const world = await newCommandWorld();
  const words = ['quick', 'v', '--provider', 'custom', '--base-url', url, ...models];
  const environment = { GATEWAY_KEY: key };
  await world.run(
    [...words, '--api-key-env', 'GATEWAY_KEY', '--from', world.claude, '--no-probe', '--quiet'],
    environment,
  );
  const doctor = async (options: readonly string[]) => {
    const run = await world.json(['doctor', 'v', '--no-probe', ...options], { PATH: world.bin });
    type Finding = { check: string; level: string };
    const findings: Finding[] = run.data.variants[0].findings;
    return { ...run, live: findings.filter(({ check }) => check === 'live') };
  };
  return { world, doctor };
}

const model = ['--model', 'big'];

it('asks nobody without --live', async () => {
  const gateway = await startGateway(service({ key, models: ['big'] }));
  const { doctor } = await variantOf(gateway.url, model);
  expect((await doctor([])).live).toEqual([]);
  expect((await doctor(['--fix'])).live).toEqual([]);
  expect(gateway.seen).toEqual([]);
});

it.each([[['--live']], [['--live', '--fix']]])(
  'with %j asks the provider once',
  async (options) => {
    const gateway = await startGateway(service({ key, models: ['big'] }));
    const { doctor } = await variantOf(gateway.url, model);
    const { status, live } = await doctor(options);
    expect(status).toBe(0);
    expect(live).toMatchObject([
      {
        level: 'ok',
        message: `${gateway.url}: reachable, authenticated, model-default, streaming, first-byte, tools, deferred-tools, token-counting`,
      },
    ]);
    expect(gateway.seen).toHaveLength(4);
  },
);

it('a check that fails is an error of the variant, with what to type', async () => {
  const gateway = await startGateway(refuse(401, 'authentication_error', `no such key: ${key}`));
  const { doctor } = await variantOf(gateway.url, model);
  const { status, live, error } = await doctor(['--live']);
  expect(status).toBe(5);
  expect(error?.code).toBe('probe-failed');
  expect(live).toMatchObject([
    { level: 'ok', message: `${gateway.url}: reachable` },
    {
      level: 'error',
      message: 'authenticated: Custom does not accept the key (401: no such key: …)',
      next: 'Give another key: cc-mirror update v --api-key-stdin',
    },
  ]);
  expect(JSON.stringify(live)).not.toContain(key);
});

it('asks no cloud', async () => {
  const world = await newCommandWorld();
  const words = ['quick', 'v', '--provider', 'bedrock', '--env', 'AWS_REGION=nowhere'];
  await world.run([...words, '--from', world.claude, '--no-probe', '--quiet']);
  const { status, data } = await world.json(['doctor', 'v', '--no-probe', '--live'], {
    PATH: world.bin,
  });
  expect(status).toBe(0);
  expect(data.variants[0].findings).toContainEqual({
    check: 'live',
    level: 'ok',
    message: 'not asked: a cloud takes the credentials of its own tools',
    next: null,
  });
});
