import { chmod, mkdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { afterEach, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { writeEarlierVariant } from '../../../support/earlier-variant.ts';
import { markedKeys } from '../../../support/marked-key.ts';
import {
  type SecretWorld,
  checkSecret,
  holdersIn,
  keyOf,
  newSecretWorld,
  places,
  runAll,
} from './secrets.ts';

const { first, second } = markedKeys;
const fromVariable = ['--api-key-env', 'MARKED'];

let world: SecretWorld;
beforeEach(async () => {
  world = await newSecretWorld();
});
afterEach(() => {
  vi.restoreAllMocks();
});

/** Commands that change nothing, for people with all that they have to say, and for programs. */
function looks(...lines: string[]): [number, ...string[]][] {
  return lines.flatMap((line) =>
    ['--verbose', '--json'].map((form): [number, ...string[]] => [0, ...line.split(' '), form]),
  );
}

describe('a key in a file', () => {
  it('stays in that file, whatever is run', async () => {
    const pack = await packFolder();
    await runAll(world, [
      [0, ...world.words, ...fromVariable, '--verbose'],
      [7, ...world.words, ...fromVariable, '--verbose'],
      ...looks('info one', 'list', 'providers list', 'providers show custom', 'inspect one'),
      ...looks('skills list one', 'update one --dry-run', 'doctor one --no-probe', 'store list'),
      [0, 'probe', 'one', '--json'],
      [0, 'update', 'one', '--model', 'other', '--verbose'],
      [0, 'update', '--json'],
      [0, 'skills', 'add', 'one', pack, '--verbose'],
      [0, 'skills', 'remove', 'one', pack, '--json'],
      [0, 'rollback', 'one', '--verbose'],
      [0, 'rollback', 'one', '--json'],
      [0, ...world.words, '--force', '--json', '--no-probe'],
    ]);
    expect(await keyOf(world)).toBe(`${first}\n`);
    const started = world.watch.started.map(({ words }) => words.join(' '));
    expect(started).toContainEqual(expect.stringMatching(/cli\.js -p/));
    await checkSecret(world, [places.key]);
    await runAll(world, [[0, 'remove', 'one', '--yes', '--verbose']]);
    expect(await holdersIn(world)).toEqual([]);
    await checkSecret(world, [places.key]);
  });

  it('is in the previous state once changed, and removed with the variant', async () => {
    await runAll(world, [
      [0, ...world.words, ...fromVariable, '--no-probe'],
      [0, 'update', 'one', '--api-key-env', 'MARKED_NEW', '--no-probe', '--verbose'],
    ]);
    expect(await keyOf(world)).toBe(`${second}\n`);
    await runAll(world, [...looks('info one', 'list'), [0, 'rollback', 'one', '--verbose']]);
    expect(await keyOf(world)).toBe(`${first}\n`);
    await runAll(world, [[0, 'rollback', 'one', '--json']]);
    expect(await keyOf(world)).toBe(`${second}\n`);
    await checkSecret(world, [places.key, places.change]);
    await runAll(world, [[0, 'remove', 'one', '--yes', '--json']]);
    expect(await holdersIn(world)).toEqual([]);
  });

  it('comes from standard input', async () => {
    const { stdin } = process;
    const give = (value: unknown): unknown =>
      Object.defineProperty(process, 'stdin', { value, configurable: true });
    onTestFinished(() => void give(stdin));
    give(Readable.from([`${first}\n`]));
    await runAll(world, [[0, ...world.words, '--api-key-stdin', '--no-probe', '--verbose']]);
    expect(await keyOf(world)).toBe(`${first}\n`);
    await checkSecret(world, [places.key]);
  });

  it.each([0o000, 0o077])('is private, as is its folder, with a umask of %o', async (mask) => {
    const before = process.umask(mask);
    onTestFinished(() => void process.umask(before));
    const modes = async (): Promise<string[]> => {
      const paths = ['', 'secrets', 'config', 'config/.claude.json'];
      const found = await Promise.all(paths.map((path) => stat(join(world.home, 'one', path))));
      return found.map(({ mode }) => (mode & 0o777).toString(8));
    };
    const expected = ['700', '600', '700', '600'];
    await runAll(world, [[0, ...world.words, ...fromVariable, '--no-probe']]);
    expect(await modes()).toEqual(expected);
    for (const line of [
      'update one --no-probe --model other',
      'update one --no-probe --api-key-env MARKED_NEW',
      'rollback one',
      'rollback one',
      'skills remove one orchestration',
      'info one',
    ]) {
      await runAll(world, [[0, ...line.split(' ')]]);
      expect([line, await modes()]).toEqual([line, expected]);
    }
    expect((await stat(join(world.home, 'one', 'previous.json'))).mode & 0o777).toBe(0o600);
    await checkSecret(world, [places.key, places.change]);
  });

  it('keeps the user’s stricter mode', async () => {
    await runAll(world, [[0, ...world.words, ...fromVariable, '--no-probe']]);
    const secrets = join(world.home, 'one', 'secrets');
    await chmod(secrets, 0o400);
    for (const line of ['update one --no-probe --model other', 'rollback one', 'rollback one']) {
      await runAll(world, [[0, ...line.split(' ')]]);
      expect([line, (await stat(secrets)).mode & 0o777]).toEqual([line, 0o400]);
    }
    await runAll(world, [[0, 'update', 'one', '--no-probe', '--api-key-env', 'MARKED_NEW']]);
    expect((await stat(secrets)).mode & 0o077).toBe(0);
    expect(await keyOf(world)).toBe(`${second}\n`);
    await runAll(world, [[0, 'rollback', 'one']]);
    expect((await stat(secrets)).mode & 0o077).toBe(0);
  });
});

describe('info', () => {
  it('shows where the key is kept, and its last four characters at most', async () => {
    const make = [...world.words, ...fromVariable, '--no-probe', '--force'];
    await runAll(world, [[0, ...make]]);
    const shown = async (): Promise<unknown> => (await world.json(['info', 'one'])).data.key;
    expect(await shown()).toEqual({ store: 'file', ending: first.slice(-4) });
    expect((await world.run(['info', 'one'])).stdout).toContain(first.slice(-4));
    await runAll(world, [[0, ...make, '--key-store', 'env']]);
    expect(await shown()).toEqual({ store: 'env', ending: null });
    await world.run([...make, '--key-store', 'file'], { MARKED: 'eleven-char' });
    expect(await shown()).toEqual({ store: 'file', ending: null });
    await runAll(world, [
      [0, ...world.words, '--force', '--no-probe', '--api-key-helper', 'pass one'],
    ]);
    expect(await shown()).toEqual({ store: 'helper', ending: null });
    await runAll(world, [[0, ...world.quick('two')]]);
    expect((await world.json(['info', 'two'])).data.key).toBeNull();
    await checkSecret(world, [places.key, places.change]);
  });
});

describe('a key that Claude Code sends as x-api-key', () => {
  it('ends in its note of approved keys, and nowhere else', async () => {
    const quick = world.quick('one');
    await runAll(world, [
      [0, ...quick, ...fromVariable, '--verbose'],
      [0, 'info', 'one', '--json'],
      [0, 'update', 'one', '--no-probe', '--verbose'],
      [0, 'list', '--json'],
    ]);
    expect(await holdersIn(world)).toEqual([
      '.cc-mirror/one/config/.claude.json',
      '.cc-mirror/one/secrets',
    ]);
    await checkSecret(world, [places.key, places.approved]);
    const state = await readFile(join(world.home, 'one', 'config', '.claude.json'), 'utf8');
    expect(state).toContain(first.slice(-20));
    expect(state).not.toContain(first.slice(-21));
    await runAll(world, [
      [0, 'update', 'one', '--no-probe', '--api-key-env', 'MARKED_NEW', '--verbose'],
      [0, 'rollback', 'one', '--json'],
      [0, 'rollback', 'one'],
      [0, 'remove', 'one', '--yes'],
    ]);
    expect(await holdersIn(world)).toEqual([]);
    await checkSecret(world, [places.key, places.change, places.approved]);
  });
});

describe('the key of a variant of an earlier cc-mirror', () => {
  it('moves from its settings to its own file, and back', async () => {
    const { home, bin, claude, watch } = world;
    const env = {
      ANTHROPIC_BASE_URL: 'https://api.z.ai/api/anthropic',
      ANTHROPIC_AUTH_TOKEN: first,
    };
    await writeEarlierVariant({ home, bin, name: 'one', env });
    const settings = '.cc-mirror/one/config/settings.json';
    await chmod(join(world.root, settings), 0o600);
    watch.written.length = 0;
    const adopt = ['update', 'one', '--adopt', '--no-probe', '--from', claude];
    await runAll(world, [
      ...looks('list', 'doctor --no-probe'),
      [0, ...adopt, '--dry-run', '--verbose'],
      [0, ...adopt, '--dry-run', '--json'],
      [0, ...adopt, '--verbose'],
    ]);
    expect(await keyOf(world)).toBe(`${first}\n`);
    expect(await holdersIn(world)).toEqual([
      '.cc-mirror/one/previous.json',
      '.cc-mirror/one/secrets',
    ]);
    await runAll(world, [...looks('list', 'info one'), [0, 'rollback', 'one', '--verbose']]);
    expect(await holdersIn(world)).toEqual([settings, '.cc-mirror/one/previous.json']);
    await checkSecret(world, [places.key, places.change, new RegExp(`^${settings}`)]);
  });
});

describe('a key that cc-mirror does not keep', () => {
  it('is nowhere with the store env', async () => {
    await runAll(world, [
      [0, ...world.words, ...fromVariable, '--key-store', 'env', '--verbose'],
      ...looks('info one', 'list', 'inspect one', 'update one --dry-run'),
      [0, 'update', 'one', '--no-probe', '--verbose'],
      [0, 'update', 'one', '--no-probe', '--key-store', 'env', '--api-key-env', 'MARKED_NEW'],
      [0, 'rollback', 'one', '--json'],
      [0, 'probe', 'one'],
    ]);
    expect(await holdersIn(world)).toEqual([]);
    await checkSecret(world, []);
  });

  it('is nowhere with a helper, which is not run', async () => {
    const helper = `tee ${join(world.root, 'asked')} <<<"$MARKED"`;
    await runAll(world, [
      [0, ...world.words, '--api-key-helper', helper, '--verbose'],
      ...looks('info one', 'list', 'inspect one', 'update one --dry-run'),
      [0, 'update', 'one', '--no-probe', '--env', 'API_TIMEOUT_MS=5', '--verbose'],
      [0, 'rollback', 'one', '--json'],
    ]);
    await checkSecret(world, []);
  });

  it('is not shown by doctor, which runs the helper', async () => {
    const helper = 'echo "$MARKED"; echo "$MARKED" >&2';
    await runAll(world, [
      [0, ...world.words, '--api-key-helper', helper, '--no-probe'],
      [0, 'doctor', 'one', '--no-probe', '--verbose'],
      [0, 'update', 'one', '--api-key-helper', `${helper}; echo; echo more`, '--no-probe'],
      [2, 'doctor', 'one', '--no-probe', '--json'],
      [2, 'doctor', 'one', '--no-probe', '--verbose'],
    ]);
    await checkSecret(world, []);
  });

  it('is removed from the file and the previous state when kept elsewhere', async () => {
    await runAll(world, [
      [0, ...world.words, ...fromVariable, '--no-probe'],
      [0, 'update', 'one', '--no-probe', '--key-store', 'env', '--api-key-env', 'MARKED'],
    ]);
    expect(await holdersIn(world)).toEqual([]);
    const { stdout } = await world.run(['rollback', 'one', '--verbose']);
    expect(stdout).toMatch(/has no key now.*cc-mirror update one --api-key-stdin/);
    expect(await holdersIn(world)).toEqual([]);
    await checkSecret(world, [places.key, places.change]);
  });

  it.runIf(process.platform === 'linux')('is refused with a reason without a keyring', async () => {
    const nobody = {
      DBUS_SESSION_BUS_ADDRESS: `unix:path=${join(world.root, 'nobody')}`,
      XDG_RUNTIME_DIR: join(world.root, 'nobody'),
    };
    for (const form of ['--verbose', '--json']) {
      const words = [...world.words, ...fromVariable, '--key-store', 'keyring', '--no-probe'];
      const { status, stdout, stderr } = await world.run([...words, form], nobody);
      expect([2, 4]).toContain(status);
      expect(stdout + stderr).toMatch(/The keyring cannot be used/);
    }
    expect(await holdersIn(world)).toEqual([]);
    await checkSecret(world, []);
  });
});

/** A pack of the user's own, without anything special. */
async function packFolder(): Promise<string> {
  const folder = join(world.root, 'pack');
  await mkdir(folder);
  const text = '---\nname: pack\ndescription: Use it when a test says so.\n---\n\nDo it.\n';
  await writeFile(join(folder, 'SKILL.md'), text);
  return folder;
}
