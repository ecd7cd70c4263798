import { access, copyFile, readFile, readdir, writeFile } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { WindowsEnd } from '../support/windows/driver.ts';
import { type WindowsMachine, startWindows } from '../support/windows/machine.ts';
import {
  type WindowsWorld,
  makeFake,
  makeNativeFake,
  withWindows,
} from '../support/windows/world.ts';

let machine: WindowsMachine;
beforeAll(async () => {
  machine = await startWindows();
});
afterAll(() => machine?.stop());

/** Makes the variant `one`; the data that the command printed. */
async function makeVariant(world: WindowsWorld, from: string) {
  const args = ['quick', 'one', '--provider', 'mirror', '--no-probe', '--from', from];
  const { status, document } = await world.ccMirror(args);
  expect({ status, error: document.error }).toEqual({ status: 0 });
  return document.data;
}

/** Runs something that starts the stand-in's `wait` until `act` is done, and lets it end then. */
async function whileRunning(
  world: WindowsWorld,
  start: (line: string, signal: AbortSignal) => Promise<WindowsEnd>,
  act: () => Promise<void>,
): Promise<WindowsEnd> {
  const file = `${world.user}\\go on`;
  const stop = new AbortController();
  const running = start(`wait "${file}"`, stop.signal);
  try {
    await Promise.race([running.then(failEarly), appears(world.linux(`${file}.up`))]);
    await act();
    await writeFile(world.linux(file), '');
    return await running;
  } catch (error) {
    stop.abort();
    await running.catch(() => undefined);
    throw error;
  }
}

function failEarly(end: WindowsEnd): never {
  throw new Error(`the variant ended too early: ${JSON.stringify(end)}`);
}

async function appears(path: string): Promise<void> {
  for (let tries = 0; tries < 400; tries++) {
    if (await isThere(path)) return;
    await delay(50);
  }
  throw new Error(`${path} did not appear`);
}

async function succeeds(world: WindowsWorld, args: string[]) {
  const { status, document } = await world.ccMirror(args);
  expect({ args, status, error: document.error }).toEqual({ args, status: 0 });
  return document.data;
}

const wentOn = { status: 7, stdout: 'went on\n', stderr: '' };

describe('a variant in use on Windows', () => {
  it('is updated while it runs, and what runs goes on', () =>
    withWindows(machine, async (world) => {
      const { launcher } = await makeVariant(world, await makeFake(world, '2.1.16'));
      const next = await makeFake(world, '2.1.17');
      const end = await whileRunning(
        world,
        (line, signal) => world.launch(launcher, line, { signal }),
        async () => {
          await succeeds(world, ['update', 'one', '--no-probe']);
          await succeeds(world, ['update', 'one', '--no-probe', '--from', next]);
        },
      );
      expect(end).toEqual(wentOn);
      expect(await succeeds(world, ['info', 'one'])).toMatchObject({ claudeVersion: '2.1.17' });
    }));

  it('is updated while its executable runs, which Windows lets nobody replace or delete', () =>
    withWindows(machine, async (world) => {
      const script = `"${await makeFake(world, '2.1.16')}\\cli.js"`;
      const from = await makeNativeFake(world, '2.1.200');
      const next = await makeNativeFake(world, '2.1.201');
      const { launcher } = await makeVariant(world, from);
      const end = await whileRunning(
        world,
        (line, signal) => world.launch(launcher, `${script} ${line}`, { signal }),
        async () => {
          await succeeds(world, ['update', 'one', '--no-probe']);
          await succeeds(world, ['update', 'one', '--no-probe', '--from', next]);
          const { bundle } = await succeeds(world, ['info', 'one']);
          expect(await isThere(world.linux(bundle.path))).toBe(true);
        },
      );
      expect(end).toEqual(wentOn);
      expect((await world.launch(launcher, `${script} exit 3`)).status).toBe(3);
      await succeeds(world, ['update', 'one', '--no-probe']);
      await succeeds(world, ['remove', 'one', '--yes']);
      expect(await leftIn(world)).toEqual([]);
    }));

  it('is removed while its executable runs, or stays as it is', () =>
    withWindows(machine, async (world) => {
      const script = `"${await makeFake(world, '2.1.16')}\\cli.js"`;
      const { launcher } = await makeVariant(world, await makeNativeFake(world, '2.1.200'));
      const end = await whileRunning(
        world,
        (line, signal) => world.launch(launcher, `${script} ${line}`, { signal }),
        async () => {
          const { status, document } = await world.ccMirror(['remove', 'one', '--yes']);
          expect([
            [0, undefined],
            [7, 'busy'],
          ]).toContainEqual([status, document.error?.code]);
          const after = await world.ccMirror(['info', 'one']);
          expect([status, after.status]).toEqual(status === 0 ? [0, 3] : [7, 0]);
          expect(await isThere(world.linux(launcher))).toBe(status !== 0);
        },
      );
      expect(end).toEqual(wentOn);
      await world.ccMirror(['remove', 'one', '--yes']);
      expect(await leftIn(world)).toEqual([]);
    }));

  it('is not removed while somebody works in its folder, or gone altogether', () =>
    withWindows(machine, async (world) => {
      const { launcher, configDir } = await makeVariant(world, await makeFake(world, '2.1.16'));
      const end = await whileRunning(
        world,
        (line, signal) => world.launch(launcher, line, { signal, cwd: configDir }),
        async () => {
          const { status, document } = await world.ccMirror(['remove', 'one', '--yes']);
          expect([
            [0, undefined],
            [7, 'busy'],
          ]).toContainEqual([status, document.error?.code]);
          expect((await world.ccMirror(['info', 'one'])).status).toBe(status === 0 ? 3 : 0);
        },
      );
      expect(end).toEqual(wentOn);
    }));

  it.each([10, 1000])('has a launcher that may change while its program runs (%i)', (length) =>
    withWindows(
      machine,
      async (world) => {
        const { launcher } = await makeVariant(world, await makeFake(world, '2.1.16'));
        // Wine's cmd keeps the file open, where that of Windows opens it by name for each line: a
        // change within the file is to the one what another file in its place is to the other.
        const running = `${world.home}\\running.cmd`;
        await copyFile(world.linux(launcher), world.linux(running));
        const end = await whileRunning(
          world,
          (line, signal) => world.launch(running, line, { signal, real: true }),
          async () => {
            const variable = `PADDING=${'exit 9 & '.repeat(length)}`;
            await succeeds(world, ['update', 'one', '--no-probe', '--env', variable]);
            await writeFile(world.linux(running), await readFile(world.linux(launcher)));
          },
        );
        expect(end).toEqual(wentOn);
      },
      { plain: true },
    ),
  );

  it('waits for a program that reads its launcher just when that is replaced', () =>
    withWindows(machine, async (world) => {
      const { launcher } = await makeVariant(world, await makeFake(world, '2.1.16'));
      const holder = machine.run({
        command: machine.node,
        args: ['-e', holding, launcher],
        cwd: world.project,
        env: world.environment,
      });
      const update = succeeds(world, ['update', 'one', '--no-probe', '--env', 'HELD=1']);
      const [held] = await Promise.all([holder, update]);
      expect(held).toMatchObject({ stdout: 'let go\n' });
    }));
});

/** Opens a file, and closes it half a second after another file has come up beside it. */
const holding = `
const { closeSync, openSync, readdirSync } = require('node:fs');
const { dirname } = require('node:path');
const file = process.argv[1];
const held = openSync(file, 'r');
const count = () => readdirSync(dirname(file)).length;
const before = count();
const timer = setInterval(() => {
  if (count() === before) return;
  clearInterval(timer);
  setTimeout(() => { closeSync(held); console.log('let go'); }, 500);
}, 5);
setTimeout(() => process.exit(1), 60000).unref();
`;

/** What is left of a variant in the home: anything but the store and the folder of launchers. */
async function leftIn(world: WindowsWorld): Promise<string[]> {
  const names = await readdir(world.linux(world.home));
  return names.filter((name) => !['.store', 'bin'].includes(name));
}

async function isThere(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
