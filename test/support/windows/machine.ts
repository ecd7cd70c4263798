import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import * as z from 'zod';
import { driverReady, type WindowsEnd, type WindowsRun } from './driver.ts';
import { type WindowsTools, startWine, windowsTools } from './wine.ts';

/** A Windows that tests run programs on, side by side if they like. */
export interface WindowsMachine {
  tools: WindowsTools;
  /** node.exe as Windows calls it. */
  node: string;
  run(run: WindowsRun, signal?: AbortSignal): Promise<WindowsEnd>;
  stop(): Promise<void>;
}

const endSchema = z.object({
  status: z.number().nullable(),
  stdout: z.string(),
  stderr: z.string(),
});

const driverProgram = fileURLToPath(new URL('driver.ts', import.meta.url));

/**
 * Windows, ready to run programs. Wine 8's server ends without a word now and then, and all programs
 * with it: the run that was on fails with `the driver does not answer any more`, and the next has a
 * new driver.
 */
export async function startWindows(): Promise<WindowsMachine> {
  const tools = await windowsTools();
  let driver = await startDriver(tools);
  let gone = false;
  return {
    tools,
    node: onDriveZ(tools.node),
    stop: () => driver.stop(),
    async run(run, signal) {
      if (gone) {
        await driver.stop();
        driver = await startDriver(tools);
        gone = false;
      }
      const init = { method: 'POST', body: JSON.stringify(run) };
      const response = await fetch(driver.address, { ...init, signal: signal ?? null }).catch(
        (error: unknown) => {
          signal?.throwIfAborted();
          gone = true;
          throw new Error('the driver does not answer any more', { cause: error });
        },
      );
      if (!response.ok) throw new Error(`${run.command}: ${await response.text()}`);
      return endSchema.parse(await response.json());
    },
  };
}

async function startDriver(tools: WindowsTools) {
  const folder = await mkdtemp(join(tmpdir(), 'cc-mirror-windows-'));
  const output = join(folder, 'driver');
  const driver = await startWine(tools, [tools.node, onDriveZ(driverProgram)], output);
  const exit = once(driver, 'exit');
  const ended = (): boolean => driver.exitCode !== null || driver.signalCode !== null;
  const stop = async (): Promise<void> => {
    driver.kill('SIGKILL');
    await exit;
    await rm(folder, { recursive: true, force: true });
  };
  try {
    return { address: await addressIn(output, ended), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** How a Windows program calls a file of Linux: drive Z is the root folder. */
export function onDriveZ(path: string): string {
  return `Z:${path.replaceAll('/', '\\')}`;
}

async function addressIn(output: string, over: () => boolean): Promise<string> {
  for (let tries = 0; tries < 300; tries++) {
    const address = driverReady.exec(await readFile(output, 'utf8'))?.[1];
    if (address !== undefined) return address;
    if (over()) break;
    await delay(100);
  }
  throw new Error(`Windows Node did not start by wine: ${await readFile(output, 'utf8')}`);
}
