import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { markIn, markedKeys } from '../../../support/marked-key.ts';
import { failWriting } from '../../../support/session/watch.ts';
import { writeFakeClaude } from '../../../support/fake-claude.ts';
import { type SecretWorld, checkSecret, holdersIn, newSecretWorld, places } from './secrets.ts';

const { first: key, second } = markedKeys;
const fromVariable = ['--api-key-env', 'MARKED', '--no-probe'];

let world: SecretWorld;
beforeEach(async () => {
  world = await newSecretWorld();
});
afterEach(() => {
  vi.restoreAllMocks();
});

/** Runs a command for people, with all that it has to say, and for programs. */
async function checkStatus(words: readonly string[], status: number): Promise<void> {
  for (const form of ['--verbose', '--json']) {
    expect(await world.run([...words, form])).toMatchObject({ status });
  }
}

/** What the user, or somebody's editor, has made of a file; the watch does not see this. */
function writeSecret(path: string, text: string): void {
  rmSync(path, { force: true });
  writeFileSync(path, text, { mode: 0o600 });
}

async function make(): Promise<void> {
  expect(await world.run([...world.words, ...fromVariable])).toMatchObject({ status: 0 });
}

describe('a key in the wrong place of the command line is not repeated', () => {
  const quick = ['quick', 'two', '--provider'];
  const taking = 'info update rollback remove inspect probe doctor'.split(' ');
  const options =
    '--api-key --api-key-env --key-store --claude-version --flip --keep-env --skills --env'.split(
      ' ',
    );
  const lines = [
    [key],
    ['help', key],
    ...taking.map((command) => [command, key]),
    ['remove', 'one', key],
    ['update', 'one', key],
    ['update', 'one', key, '--api-key-env', 'MARKED'],
    ['providers', key],
    ['providers', 'show', key],
    ['skills', 'list', key],
    ['skills', 'add', key, 'orchestration'],
    ['skills', 'add', 'one', key],
    ['skills', 'remove', 'one', key],
    ['quick', `two ${key}`, '--provider', 'mirror'],
    ['quick', key, '--provider', 'nobody'],
    [...quick, 'mirror', '--name', key],
    ...options.flatMap((option) => [
      [...quick, 'mirror', option, key],
      [...quick, 'mirror', `${option}=${key}`],
    ]),
    [...quick, 'mirror', '--api-key-env', `$${key}`],
    [...quick, 'mirror', '--env', `${key}=1`],
    [...quick, 'mirror', '--env', `ANTHROPIC_AUTH_TOKEN=${key}`],
    [...quick, 'custom', '--base-url', key],
    [...quick, 'custom', '--base-url', `https://you:${key}@example.com`],
    [...quick, key],
  ];

  it('in any place', async () => {
    await make();
    const repeated: unknown[] = [];
    for (const words of lines) {
      for (const form of ['--json', '--verbose']) {
        const { status, stdout, stderr } = await world.run([...words, form]);
        expect([words, [2, 3].includes(status)]).toEqual([words, true]);
        if (markIn(stdout + stderr) !== null) repeated.push({ words, stdout, stderr });
      }
    }
    expect(repeated).toEqual([]);
    await checkSecret(world, [places.key, places.intent]);
  });

  it('if it has spaces or line breaks, or is too long', async () => {
    for (const MARKED of [`two ${key}`, `${key}\n${second}`, `${key}\u001b[31m`, `${key}é`]) {
      const { status } = await world.run([...world.words, ...fromVariable, '--verbose'], {
        MARKED,
      });
      expect(status).toBe(2);
    }
    expect(await holdersIn(world)).toEqual([]);
    await checkSecret(world, []);
  });
});

describe('the content of a broken file is not repeated', () => {
  const broken = (text: string): string => `{"env":{"ANTHROPIC_AUTH_TOKEN":${text}`;
  const texts = [broken(key), broken(`"${key}" "`), key];

  it.each([
    ['config/settings.json', ['update', 'one', '--no-probe'], 2],
    ['config/.claude.json', ['update', 'one', '--no-probe'], 2],
    ['variant.json', ['info', 'one'], 2],
    ['variant.json', ['list'], 0],
    ['variant.json', ['update', 'one', '--no-probe'], 2],
    ['config/settings.json', ['doctor', 'one', '--no-probe'], 2],
    ['config/.claude.json', ['doctor', 'one', '--no-probe'], 2],
    ['variant.json', ['doctor', 'one', '--no-probe'], 2],
    ['previous.json', ['doctor', 'one', '--no-probe'], 2],
    ['previous.json', ['rollback', 'one'], 2],
    ['previous.json', ['update', 'one', '--no-probe'], 2],
  ])('%s: %s', async (file, words, status) => {
    await make();
    await world.run(['update', 'one', '--no-probe', '--model', 'a']);
    for (const text of texts) {
      writeSecret(join(world.home, 'one', file), text);
      await checkStatus(words, status);
    }
    await checkSecret(world, [places.key, new RegExp(`^\\.cc-mirror/one/${file}$`)]);
  });

  it('a preset of the user’s', async () => {
    const presets = join(world.home, 'providers');
    mkdirSync(presets, { recursive: true });
    const shipped = await readFile(new URL('../../../../providers/custom.json', import.meta.url));
    const preset = { ...JSON.parse(shipped.toString()), id: 'mine', aliases: [] };
    const env = { ANTHROPIC_AUTH_TOKEN: key };
    for (const text of [
      ...texts,
      ...[{ env }, { apiKey: key }].map((more) => JSON.stringify({ ...preset, ...more })),
    ]) {
      writeSecret(join(presets, 'mine.json'), text);
      await checkStatus(['providers', 'show', 'mine'], 2);
      await checkStatus(['providers', 'list'], 0);
      await checkStatus(['quick', 'two', '--provider', 'mine'], 2);
    }
    await checkSecret(world, [/^\.cc-mirror\/providers\/mine\.json$/]);
  });

  it('the journal of an interrupted run', async () => {
    await make();
    const staging = join(world.home, '.staging');
    mkdirSync(staging);
    writeSecret(join(staging, 'commit.json'), JSON.stringify({ schemaVersion: 1, steps: [key] }));
    await checkStatus(['update', 'one', '--no-probe'], 2);
    writeSecret(join(staging, 'commit.json'), `{"schemaVersion":1,"steps":[${key}`);
    await checkStatus(['update', 'one', '--no-probe'], 0);
    await checkSecret(world, [places.key, places.change]);
  });
});

describe('a run that fails midway shows no key', () => {
  it('at the proof', async () => {
    await make();
    await writeFakeClaude(world.claude, { lies: true });
    await checkStatus([...world.words, '--force', '--api-key-env', 'MARKED_NEW'], 5);
    expect(await holdersIn(world)).toEqual(['.cc-mirror/one/secrets']);
    await checkSecret(world, [places.key]);
  });

  it.each([
    [2, Object.assign(new Error('no space left'), { code: 'ENOSPC' }), /disk is full/],
    [1, new TypeError('a mistake of ours'), /This is a bug in cc-mirror/],
  ])('%i: %s, wherever it writes', async (status, error, told) => {
    for (const file of [/secrets/, /variant\.json/, /\.claude\.json/, /commit\.json/, /bin\/one/]) {
      failWriting(file, error);
      const result = await world.run([...world.words, ...fromVariable, '--verbose']);
      failWriting(null);
      expect(result).toMatchObject({ status, stderr: expect.stringMatching(told) });
      expect([file, await holdersIn(world)]).toEqual([file, []]);
    }
    await make();
    for (const file of [/secrets/, /variant\.json/, /previous/, /commit\.json/]) {
      failWriting(file, error);
      const change = ['update', 'one', '--no-probe', '--api-key-env', 'MARKED_NEW', '--verbose'];
      const result = await world.run(change);
      failWriting(null);
      expect(result).toMatchObject({ status, stderr: expect.stringMatching(told) });
      expect([file, await holdersIn(world)]).toEqual([file, ['.cc-mirror/one/secrets']]);
    }
    await checkSecret(world, [places.key, places.change]);
  });
});
