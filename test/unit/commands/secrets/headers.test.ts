import { mkdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { markedKeys } from '../../../support/marked-key.ts';
import {
  type SecretWorld,
  checkSecret,
  holdersIn,
  newSecretWorld,
  places,
  runAll,
} from './secrets.ts';

const { first, second } = markedKeys;
const bearer = (key: string): string => `cf-aig-authorization: Bearer ${key}`;

let world: SecretWorld;
let make: string[];
beforeEach(async () => {
  world = await newSecretWorld();
  make = [...world.words, '--no-probe', '--force'];
});
afterEach(() => {
  vi.restoreAllMocks();
});

const headersOf = (): Promise<string> => readFile(join(world.home, 'one', 'headers'), 'utf8');

/** What a session is given by the launcher. */
async function sent(env: Record<string, string> = {}): Promise<string | undefined> {
  const launcher = join(world.bin, 'one');
  const { stdout } = await execa(launcher, ['env'], {
    env: { PATH: '', ...env },
    extendEnv: false,
  });
  const variables: Record<string, string> = JSON.parse(stdout);
  return variables['ANTHROPIC_CUSTOM_HEADERS'];
}

describe('a header', () => {
  it.each([
    ['from a variable', ['--header', bearer('${MARKED}')]],
    ['literally', ['--header', bearer(first)]],
    ['in ANTHROPIC_CUSTOM_HEADERS', ['--env', `ANTHROPIC_CUSTOM_HEADERS=${bearer(first)}`]],
  ])('given %s stays in its file, whatever is run', async (_, words) => {
    await runAll(world, [
      [0, ...make, ...words, '--verbose'],
      [0, 'info', 'one', '--json'],
      [0, 'info', 'one', '--verbose'],
      [0, 'list', '--json'],
      [0, 'update', 'one', '--dry-run', '--header', bearer('${MARKED}')],
      [0, 'update', 'one', '--json'],
      [0, 'update', 'one', '--header', 'X-Title: mine', '--no-probe'],
      [0, 'doctor', 'one', '--no-probe', '--json'],
      [0, 'rollback', 'one'],
      [0, 'rollback', 'one', '--json'],
    ]);
    expect(await headersOf()).toBe(`${bearer(first)}\nX-Title: mine\n`);
    expect(await sent()).toBe(`${bearer(first)}\nX-Title: mine`);
    await checkSecret(world, [places.headers, places.change]);
    expect((await stat(join(world.bin, 'one'))).mode & 0o777).toBe(0o755);
    await runAll(world, [[0, 'remove', 'one', '--yes']]);
    expect(await holdersIn(world)).toEqual([]);
  });

  it('is replaced and removed by its name', async () => {
    await runAll(world, [
      [0, ...make, '--header', bearer('${MARKED}'), '--header', 'b: 2'],
      [0, 'update', 'one', '--no-probe', '--header', `CF-AIG-authorization: \${MARKED_NEW}`],
    ]);
    expect(await headersOf()).toBe(`b: 2\nCF-AIG-authorization: ${second}\n`);
    const { data } = await world.json(['info', 'one']);
    expect(data.headers).toEqual(['b', 'CF-AIG-authorization']);
    await runAll(world, [
      [0, 'update', 'one', '--no-probe', '--unset-header', 'cf-aig-authorization'],
      [2, 'update', 'one', '--no-probe', '--unset-header', 'cf-aig-authorization'],
    ]);
    expect(await sent()).toBe('b: 2');
    await runAll(world, [[0, 'update', 'one', '--no-probe', '--unset-header', 'b']]);
    await expect(headersOf()).rejects.toThrow('ENOENT');
    expect(await sent()).toBeUndefined();
    await checkSecret(world, [places.headers, places.change]);
  });

  it('stays a reference with the key store env', async () => {
    const env = ['--key-store', 'env', '--api-key-env', 'MARKED_NEW'];
    await runAll(world, [[0, ...make, ...env, '--header', bearer('${MARKED}'), '--verbose']]);
    expect(await holdersIn(world)).toEqual([]);
    const shell = { MARKED: 'shell-token', MARKED_NEW: 'shell-key' };
    expect(await sent(shell)).toBe(bearer('shell-token'));
    expect((await world.run(['doctor', 'one', '--no-probe'], { MARKED: '' })).stdout).toMatch(
      /warning +key +MARKED, used in a header, is not set/,
    );
    await runAll(world, [
      [2, 'update', 'one', '--no-probe', '--header', bearer(`${first}\${MARKED}`)],
    ]);
    await checkSecret(world, []);
  });

  it('is reported as kept in a file when the key is not', async () => {
    await runAll(world, [
      [0, ...make, '--api-key-helper', 'echo k', '--header', bearer('${MARKED}')],
    ]);
    const { data } = await world.json(['info', 'one']);
    expect(data.notes.join()).toMatch(/header cf-aig-authorization is kept in a file/);
    await checkSecret(world, [places.headers]);
  });

  it('is dropped with another provider', async () => {
    await runAll(world, [
      [0, ...make, '--header', bearer('${MARKED}')],
      [0, ...make.map((word) => (word === 'http://127.0.0.1:9' ? 'http://127.0.0.1:8' : word))],
    ]);
    expect(await sent()).toBeUndefined();
  });

  it('kept in the open by older variants is moved to its file', async () => {
    await runAll(world, [[0, ...make]]);
    const path = join(world.home, 'one', 'variant.json');
    const record = JSON.parse(await readFile(path, 'utf8'));
    const inTheOpen = { ANTHROPIC_CUSTOM_HEADERS: 'Authorization: Bearer before' };
    const env = { ...record.env, ...inTheOpen };
    const choices = { ...record.choices, env: inTheOpen };
    await writeFile(
      path,
      JSON.stringify({ ...record, env, written: { ...record.written, env }, choices }),
    );
    await runAll(world, [[0, 'update', 'one', '--no-probe']]);
    expect(await headersOf()).toBe('Authorization: Bearer before\n');
    expect(await readFile(path, 'utf8')).not.toContain('before');
    expect(await readFile(join(world.bin, 'one'), 'utf8')).not.toContain('before');
  });

  it('that is missing, or readable by others, is an error of doctor', async () => {
    await runAll(world, [[0, ...make, '--header', bearer('${MARKED}')]]);
    const path = join(world.home, 'one', 'headers');
    await writeFile(path, '', { mode: 0o644 });
    await rm(path);
    await writeFile(path, '', { mode: 0o644 });
    const { error, data } = await world.json(['doctor', 'one', '--no-probe']);
    expect(error?.message).toMatch(/others can read .*headers/);
    expect(JSON.stringify(data)).toContain('has no header cf-aig-authorization');
  });
});

describe('a refusal', () => {
  it('repeats no key', async () => {
    for (const words of [
      ['--header', first],
      ['--header', `${first} x: y`],
      ['--header', `a: ${first}\nb: c`],
      ['--header', `a: ${first}é`],
      ['--header', 'a: ${NOT_SET}'],
      ['--env', `SOME_TOKEN=${first}`],
      ['--env', `ANYTHING=${first}`],
      ['--env', `ANYTHING=Bearer ${first}`],
      ['--env', `ANTHROPIC_CUSTOM_HEADERS=${first}`],
    ]) {
      for (const form of ['--verbose', '--json'])
        await runAll(world, [[2, ...make, ...words, form]]);
    }
    expect(await holdersIn(world)).toEqual([]);
    await checkSecret(world, [places.intent]);
  });
});

it('a preset can ask for a header', async () => {
  const folder = join(world.home, 'providers');
  await mkdir(folder, { recursive: true });
  const shipped = await readFile(
    new URL('../../../../providers/custom.json', import.meta.url),
    'utf8',
  );
  const headers = [{ name: 'cf-aig-authorization', value: 'Bearer ${CF_TOKEN}' }];
  const preset = { ...JSON.parse(shipped), id: 'mine', aliases: [], headers };
  await writeFile(join(folder, 'mine.json'), JSON.stringify(preset));
  const words = make.map((word) => (word === 'custom' ? 'mine' : word));
  const { error } = await world.json(words);
  expect(error).toMatchObject({
    code: 'missing-key',
    message: expect.stringMatching(/needs the header cf-aig-authorization\.$/),
    hint: "Set CF_TOKEN in this shell, then add --header 'cf-aig-authorization: Bearer ${CF_TOKEN}'",
  });
  const header = ['--header', 'cf-aig-authorization: Bearer ${CF_TOKEN}'];
  expect(await world.run([...words, ...header], { CF_TOKEN: first })).toMatchObject({ status: 0 });
  expect(await sent()).toBe(bearer(first));
  await runAll(world, [
    [2, 'update', 'one', '--no-probe', '--unset-header', 'cf-aig-authorization'],
  ]);
  headers[0] = { name: 'x y', value: 'none' };
  await writeFile(join(folder, 'mine.json'), JSON.stringify({ ...preset, headers }));
  expect((await world.run(['providers', 'show', 'mine'])).stderr).toMatch(/headers\.0\.name/);
});
