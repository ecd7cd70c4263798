import { appendFile, cp, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { markedKeys } from '../../../support/marked-key.ts';
import type { VariantRecord } from '../../../../src/variant/record.ts';
import { type CommandWorld, newCommandWorld } from '../../commands/run.ts';
import { treeOf } from '../../../support/folder.ts';

const KEY = markedKeys.first;

let world: CommandWorld;
let record: string;
beforeEach(async () => {
  world = await newCommandWorld();
  record = join(world.home, 'one', 'variant.json');
});

async function make(...words: string[]): Promise<void> {
  const from = ['--from', world.claude, '--skills', 'orchestration,router'];
  const { status, stderr } = await world.run(['quick', 'one', ...from, ...words], { KEY });
  expect({ status, stderr }).toEqual({ status: 0, stderr });
}

const zai = ['--provider', 'zai', '--api-key-env', 'KEY', '--header', 'a: b'];
const custom =
  '--provider custom --base-url http://127.0.0.1:9 --model m --env API_TIMEOUT_MS=5 --key-store env --api-key-env KEY'.split(
    ' ',
  );

/** The parts of a record that say what the variant is. */
async function state(): Promise<object> {
  const { provider, baseUrl, env, key, claudeVersion, bundle, skills, agents, choices } =
    JSON.parse(await readFile(record, 'utf8'));
  const parts = { provider, baseUrl, env, key, claudeVersion, bundle, skills, agents };
  return { ...parts, headers: choices.headers, packs: choices.skills };
}

/** What a session is given: the launcher but for the node that it records. */
const launcherText = (): Promise<string> => readFile(join(world.bin, 'one'), 'utf8');

const broken: Record<string, (text: string) => Promise<unknown>> = {
  'cut off': (text) => writeFile(record, text.slice(0, 700)),
  empty: () => writeFile(record, ''),
  'without some of its fields': (text) => {
    const { bundle: _, env: __, capabilities: ___, ...rest } = JSON.parse(text);
    return writeFile(record, JSON.stringify(rest));
  },
  'that of another variant': (text) =>
    writeFile(record, JSON.stringify({ ...JSON.parse(text), name: 'two', provider: 'minimax' })),
  'a folder': async () => {
    await rm(record);
    await mkdir(record);
  },
};

describe.each(Object.entries(broken))('variant.json %s', (_, spoil) => {
  it.each([
    ['a preset with a key in a file', zai],
    ['an address of the user’s, and a key of the shell', custom],
    ['Anthropic’s own login', ['--provider', 'mirror']],
  ])('is recreated: %s', async (_case, words) => {
    await make(...words);
    const [before, launcher] = [await state(), await launcherText()];
    const skill = join(world.home, 'one', 'config', 'skills', 'router', 'SKILL.md');
    await appendFile(skill, '\nmine\n');
    await spoil(await readFile(record, 'utf8'));
    for (const line of ['update one', 'remove one --yes', 'rollback one', 'info one']) {
      const { status, stderr } = await world.run(line.split(' '));
      expect([line, status, stderr]).toEqual([
        line,
        2,
        expect.stringContaining('cc-mirror doctor one'),
      ]);
    }
    for (const asked of [['one'], []]) {
      const { status, stdout } = await world.run(['doctor', ...asked, '--no-probe']);
      expect([status, stdout]).toEqual([
        2,
        expect.stringMatching(/error +record .*rebuilt from its/),
      ]);
    }
    await world.run(['doctor', 'one', '--no-probe', '--fix'], { KEY });
    const after = await world.json(['doctor', 'one', '--no-probe'], { KEY, PATH: world.bin });
    const levels: { level: string }[] = after.data.variants[0].findings;
    expect(levels.filter(({ level }) => level === 'error')).toEqual([]);
    expect(await state()).toMatchObject({
      ...before,
      skills: expect.any(Array),
    });
    expect(await launcherText()).toBe(launcher);
    expect(await readFile(skill, 'utf8')).toContain('\nmine\n');
    expect((await world.run(['remove', 'one', '--yes'])).status).toBe(0);
  });
});

/** Each line of the launcher is there for another reason; none may become another's after the repair. */
const shapes: Record<string, string> = {
  'a default for tools': '--provider mirror',
  'tools as chosen': '--provider mirror --env ENABLE_TOOL_SEARCH=auto',
  'tools chosen, and kept':
    '--provider zai --api-key-env KEY --env ENABLE_TOOL_SEARCH=true --keep-env ENABLE_TOOL_SEARCH',
  'one model': '--provider custom --base-url http://127.0.0.1:9 --model m --api-key-env KEY',
  'a model for a tier': '--provider zai --api-key-env KEY --model-opus my-opus',
  'one model beside another':
    '--provider openrouter --api-key-env KEY --model a/b --model-haiku c/d',
  'x-api-key, in a file':
    '--provider custom --base-url http://127.0.0.1:9 --auth api-key --api-key-env KEY',
  'x-api-key, of the shell':
    '--provider openrouter --auth api-key --key-store env --api-key-env KEY',
  'x-api-key without a key': '--provider custom --base-url http://127.0.0.1:9 --auth api-key',
  'no pin': '--provider minimax --api-key-env KEY --env CLAUDE_CODE_PROVIDER_MANAGED_BY_HOST=',
  'headers of the shell':
    '--provider zai --key-store env --api-key-env KEY --header a:${T} --header b:p-${T}',
  'another address':
    '--provider zai --base-url https://open.bigmodel.cn/api/anthropic --api-key-env KEY',
};

it.each(Object.entries(shapes))(
  'what a launcher sets by itself is no choice of the user’s: %s',
  async (_, words) => {
    await make(...words.split(' '));
    const read = async (): Promise<VariantRecord> => JSON.parse(await readFile(record, 'utf8'));
    const [{ choices, keepEnv, key, env }, launcher] = [await read(), await launcherText()];
    await writeFile(record, '{');
    const { stdout } = await world.run(['doctor', 'one', '--no-probe', '--fix'], { KEY });
    expect(stdout).not.toMatch(/lost: .*(header|--keep-env)/);
    expect(await launcherText()).toBe(launcher);
    expect(await read()).toMatchObject({
      choices: { ...choices, source: { kind: 'auto' } },
      keepEnv,
      key,
      env,
    });
  },
);

it('reports as lost how a helper’s key is sent', async () => {
  const words =
    '--provider custom --base-url http://127.0.0.1:9 --auth api-key --api-key-helper'.split(' ');
  await make(...words, 'pass show key');
  await writeFile(record, '{');
  const { stdout } = await world.run(['doctor', 'one', '--no-probe']);
  expect(stdout).toMatch(/lost: how a key .* --auth/);
});

it('reports which variables of the shell may have been kept', async () => {
  await make(...zai, '--keep-env', 'ANTHROPIC_BETAS,API_TIMEOUT_MS');
  await writeFile(record, '{');
  const { stdout } = await world.run(['doctor', 'one', '--no-probe']);
  expect(stdout).toMatch(/lost: whether to keep ANTHROPIC_BETAS of the shell.*--keep-env/);
});

it('keeps the old file unchanged beside the new one', async () => {
  await make(...zai);
  const bytes = Buffer.from('{"name":"one","note":"caf\xE9"', 'latin1');
  await writeFile(record, bytes);
  await world.run(['doctor', 'one', '--no-probe', '--fix']);
  expect(await readFile(`${record}.broken`)).toEqual(bytes);
});

it('restores the last written record if it is kept', async () => {
  await make(...zai);
  await world.run(['update', 'one', '--env', 'API_TIMEOUT_MS=7', '--no-teams', '--no-probe']);
  const before = JSON.parse(await readFile(record, 'utf8'));
  await writeFile(record, '{');
  const { stdout } = await world.run(['doctor', 'one', '--no-probe', '--fix']);
  expect(stdout).toMatch(/Repaired/);
  const {
    updatedAt: _,
    notes: __,
    retired: ___,
    ...after
  } = JSON.parse(await readFile(record, 'utf8'));
  expect(before).toMatchObject(after);
  expect(await readFile(`${record}.broken`, 'utf8')).toBe('{');
});

it('is proved, so that packs are filled in as they were and stay ours', async () => {
  await world.run(['quick', 'one', ...zai, '--from', world.claude], { KEY });
  const { skills, probe } = JSON.parse(await readFile(record, 'utf8'));
  await writeFile(record, '');
  await world.run(['doctor', 'one', '--fix'], { KEY });
  const after = JSON.parse(await readFile(record, 'utf8'));
  expect(after.skills).toEqual(skills);
  expect(after.probe?.tools).toEqual(probe.tools);
});

it('names what is lost', async () => {
  await make(...zai);
  await writeFile(record, '{');
  const { stdout } = await world.run(['doctor', 'one', '--no-probe']);
  expect(stdout).toMatch(/warning +record +lost: the version that it follows/);
  expect(stdout).toMatch(/lost: packs of your own/);
});

it('asks for the provider if the launcher is gone, too', async () => {
  await make(...zai);
  await writeFile(record, '{');
  await rm(join(world.bin, 'one'));
  const again = /cc-mirror quick one --provider ID --force/;
  expect((await world.run(['doctor', 'one', '--no-probe', '--fix'])).stdout).toMatch(again);
  await writeFile(join(world.home, 'one', 'config', 'history.jsonl'), 'mine');
  await make(...zai, '--force');
  expect(await readFile(join(world.home, 'one', 'config', 'history.jsonl'), 'utf8')).toBe('mine');
  expect((await world.run(['info', 'one'])).stdout).toMatch(/provider +zai/);
});

it('quick says what to type without --force, and recreates the variant with it', async () => {
  await make(...zai);
  await writeFile(record, '');
  const words = ['quick', 'one', ...zai, '--from', world.claude, '--no-probe'];
  const { status, stderr } = await world.run(words, { KEY });
  expect([status, stderr]).toEqual([7, expect.stringMatching(/doctor one --fix.*--force/)]);
  await make(...zai, '--force');
  expect((await world.run(['doctor', 'one', '--no-probe'])).stdout).not.toMatch(/error/);
});

it.each([
  ['of a newer cc-mirror', () => writeFile(record, '{"schemaVersion":2,"name":"one"}')],
  [
    'of another tool',
    async () => {
      await rm(join(world.home, 'one'), { recursive: true });
      await mkdir(join(world.home, 'one'));
      await writeFile(record, '{"name":"other-tool"}');
    },
  ],
])('one %s is left alone', async (_, spoil) => {
  await make(...zai);
  await spoil();
  const before = await treeOf(join(world.home, 'one'));
  expect((await world.run(['doctor', 'one', '--no-probe', '--fix'])).status).toBe(2);
  expect((await world.run(['doctor', '--no-probe', '--fix'])).stdout).toMatch(/error +home/);
  expect(await treeOf(join(world.home, 'one'))).toEqual(before);
});

it('does not treat a copy of a variant as a variant', async () => {
  await make(...zai);
  await cp(join(world.home, 'one'), join(world.home, 'copy'), { recursive: true });
  const { status, stderr } = await world.run(['doctor', 'copy', '--no-probe', '--fix']);
  expect([status, stderr]).toEqual([2, expect.stringMatching(/is that of one/)]);
});
