import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import type { Finding } from '../../../../src/doctor/finding.ts';
import type { FakeClaudeOptions } from '../../../support/fake-claude.ts';
import { type World, create, newWorld } from '../../variant/world.ts';
import type { Wish } from '../../../../src/lifecycle/wish.ts';
import { isOverruled } from '../../../../src/plan/provider-pin.ts';
import { look } from '../look.ts';

const elsewhere = { env: { ANTHROPIC_BASE_URL: 'https://else.test', OTHER: '1' } };
const zai = { provider: 'zai', key: 'test-key-0123456789' };

async function variantOf(wish: Partial<Wish>, options: FakeClaudeOptions = {}): Promise<World> {
  const world = await newWorld(options);
  await create(world, { prove: false, ...wish });
  return world;
}

/** Writes a settings file of the project that doctor is run in. */
async function inProject({ root }: World, file: string, settings: object): Promise<void> {
  const folder = join(root, 'projects', 'mine', '.claude');
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, file), JSON.stringify(settings));
}

async function found(
  world: World,
  run = false,
  checks: readonly string[] = ['project'],
): Promise<Pick<Finding, 'level' | 'message'>[]> {
  const { variants } = await look(world, { run });
  return variants
    .flatMap(({ findings }) => findings)
    .filter(({ check }) => checks.includes(check))
    .map(({ level, message }) => ({ level, message }));
}

it('reports that a pinned variant ignores a project’s settings', async () => {
  const world = await variantOf(zai);
  expect(await found(world)).toEqual([
    { level: 'ok', message: 'no setting sends the key elsewhere' },
  ]);
  await inProject(world, 'settings.json', elsewhere);
  expect(await found(world)).toEqual([
    {
      level: 'ok',
      message: expect.stringMatching(/settings\.json sets ANTHROPIC_BASE_URL, which/),
    },
  ]);
});

it.each([
  ['a build that cannot be pinned', zai, { unpinned: true }],
  ['a login', { provider: 'mirror' }, {}],
  ['a command that is asked for the key', { provider: 'zai', keyHelper: 'echo key' }, {}],
  [
    'a variant that the user has unpinned',
    { ...zai, env: { CLAUDE_CODE_PROVIDER_MANAGED_BY_HOST: '' } },
    {},
  ],
])('warns of a project whose settings beat the launcher: %s', async (_, wish, options) => {
  const world = await variantOf(wish, options);
  await inProject(world, 'settings.local.json', elsewhere);
  expect(await found(world)).toEqual([
    {
      level: 'warning',
      message: expect.stringMatching(/settings\.local\.json sets ANTHROPIC_BASE_URL: sessions/),
    },
  ]);
});

it('reports which of the variant’s own settings have no effect', async () => {
  const world = await variantOf(zai);
  const path = join(world.home, 'one', 'config', 'settings.json');
  const settings: { env: object } = JSON.parse(await readFile(path, 'utf8'));
  await writeFile(path, JSON.stringify({ env: { ...settings.env, ...elsewhere.env } }));
  expect(await found(world)).toEqual([
    { level: 'warning', message: expect.stringMatching(/ANTHROPIC_BASE_URL, which has no effect/) },
  ]);
});

it('reports models, which a pinned session takes only from the launcher', async () => {
  const world = await variantOf(zai);
  const path = join(world.home, 'one', 'config', 'settings.json');
  const models = {
    ANTHROPIC_MODEL: 'm',
    ANTHROPIC_DEFAULT_OPUS_MODEL: 'o',
    MAX_THINKING_TOKENS: '1',
  };
  await writeFile(path, JSON.stringify({ env: models }));
  const named = /sets ANTHROPIC_MODEL, ANTHROPIC_DEFAULT_OPUS_MODEL, which have no effect/;
  expect(await found(world)).toEqual([{ level: 'warning', message: expect.stringMatching(named) }]);
});

it.each([
  ['js', 'HTTPS_PROXY', false],
  ['js', 'ANTHROPIC_DEFAULT_HAIKU_MODEL', true],
  ['native', 'https_proxy', true],
  ['native', 'NODE_EXTRA_CA_CERTS', true],
  ['native', 'ENABLE_TOOL_SEARCH', false],
  ['native', 'CLAUDE_CODE_API_BASE_URL', false],
] as const)('knows what a pinned build passes over: %s, %s, %s', (kind, name, over) => {
  expect(isOverruled(name, kind)).toBe(over);
});

it('warns of a project’s proxy, which even pinned JavaScript builds use', async () => {
  const world = await variantOf(zai);
  await inProject(world, 'settings.json', {
    env: { HTTPS_PROXY: 'http://else.test', ANTHROPIC_BASE_URL: 'https://else.test' },
  });
  expect(await found(world)).toEqual([
    { level: 'ok', message: expect.stringMatching(/sets ANTHROPIC_BASE_URL, which this variant/) },
    { level: 'warning', message: expect.stringMatching(/sets HTTPS_PROXY: sessions/) },
  ]);
});

it('warns of a login’s key that would be sent to another service', async () => {
  const world = await variantOf(zai);
  const path = join(world.home, 'one', 'config', '.claude.json');
  const state: object = JSON.parse(await readFile(path, 'utf8'));
  await writeFile(path, JSON.stringify({ ...state, primaryApiKey: 'sk-ant-marked' }));
  const findings = await found(world);
  expect(findings).toEqual([
    { level: 'warning', message: expect.stringMatching(/primaryApiKey.*https:\/\/api\.z\.ai/) },
  ]);
  expect(JSON.stringify(findings)).not.toContain('marked');
});

it('tolerates invalid JSON in a project’s settings', async () => {
  const world = await variantOf(zai);
  await inProject(world, 'settings.json', {});
  await writeFile(join(world.root, 'projects', 'mine', '.claude', 'settings.json'), '{');
  expect(await found(world)).toMatchObject([{ level: 'warning' }]);
});

const nothingLeads = { level: 'ok', message: 'no setting sends the key elsewhere' };

it.each([
  [
    'settings.json',
    { permissions: { deny: ['TaskCreate'] } },
    'off',
    'permissions.deny',
    'disables',
  ],
  [
    'settings.local.json',
    { env: { CLAUDE_CODE_ENABLE_TASKS: '0' } },
    'off',
    'env.*TASKS',
    'disables',
  ],
  ['settings.json', { env: { ENABLE_TOOL_SEARCH: 'true' } }, 'deferred', 'env.*SEARCH', 'makes'],
])('warns of a project’s %s with %o', async (file, settings, state, key, verb) => {
  const world = await variantOf({ flip: 'never' }, { tasks: 'env', teams: 'on', defers: true });
  await inProject(world, file, { ...settings, model: 'opus' });
  const findings = await found(world, true);
  const message = new RegExp(
    `^tasks ${state} in .*/mine: ${key} in .*/mine/.claude/${file} ${verb}`,
  );
  expect(findings.slice(0, 2)).toEqual([
    nothingLeads,
    { level: 'warning', message: expect.stringMatching(message) },
  ]);
  expect(await found(world, true, ['probe'])).toMatchObject([
    { message: expect.stringContaining('tasks on') },
  ]);
  expect(await found(world)).toEqual([nothingLeads]);
});

it('reports that a project’s settings disable nothing, or nothing if none could', async () => {
  const world = await variantOf({});
  await inProject(world, 'settings.json', { statusLine: { type: 'command', command: 'make' } });
  expect(await found(world, true)).toEqual([nothingLeads]);
  await inProject(world, 'settings.json', { permissions: { deny: ['Read(./.env)'] } });
  expect(await found(world, true)).toEqual([
    nothingLeads,
    { level: 'ok', message: expect.stringMatching(/mine disable nothing$/) },
  ]);
});

it('leaves what the variant’s own settings disable to the probe check', async () => {
  const world = await variantOf({});
  const path = join(world.home, 'one', 'config', 'settings.json');
  await writeFile(path, JSON.stringify({ permissions: { deny: ['TaskCreate'] } }));
  await inProject(world, 'settings.json', { model: 'opus' });
  expect(await found(world, true)).toEqual([
    nothingLeads,
    expect.objectContaining({ level: 'ok' }),
  ]);
});

it('warns of local settings at the top of the repository, which native builds read', async () => {
  const world = await variantOf({ provider: 'mirror' });
  const folder = join(world.root, 'projects', '.claude');
  await mkdir(join(world.root, 'projects', '.git'), { recursive: true });
  await mkdir(folder);
  await writeFile(join(folder, 'settings.local.json'), JSON.stringify(elsewhere));
  expect(await found(world)).toEqual([nothingLeads]);
  const record = join(world.home, 'one', 'variant.json');
  await writeFile(
    record,
    (await readFile(record, 'utf8')).replace('"kind": "js"', '"kind": "native"'),
  );
  expect(await found(world)).toEqual([
    { level: 'warning', message: expect.stringMatching(/use it from 2\.1\.221 on, with/) },
  ]);
});
