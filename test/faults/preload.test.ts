import { mkdir, readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { expect, it } from 'vitest';
import type { Call } from '../support/faults/world.ts';
import { temporaryFolder } from '../support/folder.ts';

/** Runs a program in an empty folder with a fault; the calls that were counted, as `function path`. */
async function run(program: string, fault: object = { mode: 'count' }) {
  const folder = temporaryFolder();
  const [log, work] = [join(folder, 'log'), join(folder, 'work')];
  await mkdir(work);
  const { href } = new URL('../support/faults/preload.mjs', import.meta.url);
  const text = `import fs from 'node:fs'; import * as named from 'node:fs/promises';
    const { promises } = fs; const told = (error) => console.log(JSON.stringify(error));\n${program}`;
  const { signal, stdout, stderr } = await execa(
    process.execPath,
    ['--import', href, '--input-type=module', '--eval', text],
    {
      cwd: work,
      env: { CC_MIRROR_FAULT: JSON.stringify({ below: work, ...fault, log }) },
      extendEnv: false,
      reject: false,
    },
  );
  const calls = (await readFile(log, 'utf8'))
    .split('\n')
    .slice(0, -1)
    .map((line): Call => JSON.parse(line));
  return {
    calls: calls.map(({ function: name, path }) => `${name} ${path}`),
    signal,
    stdout,
    stderr,
    /** The files that there are, with what is in them. */
    files: async () => {
      const there: Record<string, string> = {};
      for (const entry of await readdir(work, { recursive: true, withFileTypes: true })) {
        const path = join(entry.parentPath, entry.name);
        if (entry.isFile()) there[path.slice(work.length + 1)] = await readFile(path, 'utf8');
      }
      return there;
    },
    folders: async () => {
      const there = await readdir(work, { recursive: true, withFileTypes: true });
      return there.filter((entry) => entry.isDirectory()).map(({ name }) => name);
    },
  };
}

it('counts a call once, however it is made', async () => {
  const { calls, stderr } = await run(`
    await named.writeFile('a', 'text');
    fs.writeFileSync('b', 'text');
    await new Promise((done) => fs.writeFile('c', 'text', done));
    await promises.appendFile('a', 'text');
    await named.cp('a', 'd');
    await named.mkdir('e/f', { recursive: true });
    await named.rm('e', { recursive: true });
    await new Promise((done) => fs.rename('d', 'g', done));
    fs.truncateSync('g');
  `);
  expect(stderr).toBe('');
  expect(calls).toEqual([
    'writeFile a',
    'writeFile b',
    'writeFile c',
    'appendFile a',
    'cp a',
    'mkdir e/f',
    'rm e',
    'rename d',
    'truncate g',
  ]);
});

it('counts calls on handles, descriptors and streams, with the path of the file', async () => {
  const { calls, stderr } = await run(`
    const handle = await named.open('a', 'w');
    await handle.writeFile('text');
    await handle.write(Buffer.from('text'), 0, 4);
    await handle.truncate(3);
    await handle.chmod(0o600);
    await handle.sync();
    await handle.close();
    const file = fs.openSync('b', 'w');
    fs.writeSync(file, 'text');
    fs.fsyncSync(file);
    fs.closeSync(file);
    const stream = fs.createWriteStream('c');
    await new Promise((done) => stream.end('text', done));
  `);
  expect(stderr).toBe('');
  expect(calls).toEqual([
    'open a',
    'writeFile a',
    'write a',
    'ftruncate a',
    'fchmod a',
    'fsync a',
    'open b',
    'write b',
    'fsync b',
    'open c',
    'write c',
  ]);
});

it('does not count reads, or calls that change nothing', async () => {
  const { calls, stdout } = await run(`
    await named.readFile('/dev/null');
    await (await named.open('/dev/null', 'r')).close();
    await named.mkdir('.', { recursive: true });
    await named.rm('missing', { force: true });
    fs.writeSync(1, 'printed');
  `);
  expect(calls).toEqual([]);
  expect(stdout).toBe('printed');
});

it('kills before a call, halfway through it, or after it', async () => {
  const program = `
    await named.writeFile('a', '0123456789');
    await named.writeFile('b', '0123456789');
    await named.writeFile('c', '0123456789');`;
  const whole = '0123456789';
  const expected = {
    before: { a: whole },
    torn: { a: whole, b: '01234' },
    after: { a: whole, b: whole },
  };
  for (const [form, there] of Object.entries(expected)) {
    const { files, signal } = await run(program, { mode: 'kill', at: 2, form });
    expect(signal).toBe('SIGKILL');
    expect(await files()).toEqual(there);
  }
});

it('leaves half of a copy, half of a removal, or only the outermost of new folders', async () => {
  const setup = `fs.mkdirSync('a'); for (const name of '1234') fs.writeFileSync('a/' + name, name + name);`;
  const torn = (program: string) =>
    run(`${setup}\n${program}`, { mode: 'kill', at: 6, form: 'torn' });
  const all = { 'a/1': '11', 'a/2': '22', 'a/3': '33', 'a/4': '44' };

  const copy = await torn(`await named.cp('a', 'b', { recursive: true })`);
  expect(await copy.files()).toEqual({ ...all, 'b/1': '11', 'b/2': '22', 'b/3': '3' });
  const removal = await torn(`await named.rm('a', { recursive: true })`);
  expect(await removal.files()).toEqual({ 'a/3': '33', 'a/4': '44' });
  const folders = await torn(`await named.mkdir('b/c/d', { recursive: true })`);
  expect((await folders.folders()).toSorted()).toEqual(['a', 'b']);
});

it('fails with the system’s error', async () => {
  const program = `fs.writeFileSync('a', ''); await named.rename('a', 'b').catch(({ message, ...error }) => told({ message, ...error }));`;
  const { stdout } = await run(program, { mode: 'fail', at: 2, form: 'before', code: 'EACCES' });
  const message = "EACCES: permission denied, rename 'a' -> 'b'";
  const how = { errno: -13, code: 'EACCES', syscall: 'rename', path: 'a', dest: 'b' };
  expect(JSON.parse(stdout)).toEqual({ message, ...how });
});

it('leaves half of a file when the disk is full', async () => {
  const program = `await named.writeFile('a', '0123').catch(told); await named.writeFile('b', '0123');`;
  const { stdout, files } = await run(program, {
    mode: 'fail',
    at: 1,
    form: 'torn',
    code: 'ENOSPC',
  });
  expect(JSON.parse(stdout)).toEqual({ errno: -28, code: 'ENOSPC', syscall: 'write' });
  expect(await files()).toEqual({ a: '01', b: '0123' });
});

it('keeps refusing calls that need space while the disk is full', async () => {
  const program = `
    await named.writeFile('a', '0123');
    await named.writeFile('b', '0123').catch(told);
    await named.rename('a', 'c');
    await new Promise((done) => fs.mkdir('d', (error) => done(told(error))));`;
  const { stdout, files } = await run(program, { mode: 'fail-from', at: 2, code: 'ENOSPC' });
  expect(stdout.split('\n').map((line) => JSON.parse(line).syscall)).toEqual(['open', 'mkdir']);
  expect(await files()).toEqual({ c: '0123' });
});
