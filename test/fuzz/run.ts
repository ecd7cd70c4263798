import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { Worker } from 'node:worker_threads';
import type { Report, Task } from './worker.ts';

/**
 * The long form of the fuzz tests: `npm run fuzz`, `npm run fuzz -- --from N --count 1` for one
 * input again. The inputs run in a worker, which is ended when one of them takes too long or too
 * much memory; the next worker goes on behind it. Status 1 if an input failed.
 */
const MOST_MILLISECONDS = 2000;
const TOO_LONG = `no end within ${MOST_MILLISECONDS} ms`;
const HEAP_MEGABYTES = 512;
/** The stack that Node.js gives a program; a worker's own is four times as large. */
const STACK_MEGABYTES = 1;
/** What one input may leave behind before the collector has run. */
const MOST_BUFFER_BYTES = 512 * 1024 * 1024;
const MOST_RSS_BYTES = 1024 * 1024 * 1024;

const { from: first, count } = numbersGiven();
const end = first + count;

/** In Node.js 20 a worker does not take over what `tsx` has set up. */
const start = `import(${JSON.stringify(import.meta.resolve('tsx/esm/api'))})
  .then(({ register }) => register())
  .then(() => import(${JSON.stringify(new URL('worker.ts', import.meta.url).href)}))`;

const endings = new Map<string, number>();
const failures: string[] = [];
let slowest = { number: 0, target: '', milliseconds: 0 };
/** The input that took too long: it fails the second time, as the machine may have been busy. */
let stalled = -1;
const peak = { rss: 0, arrayBuffers: 0 };

const folder = await mkdtemp(join(tmpdir(), 'cc-mirror-fuzz-'));
for (let next = first; next < end;) next = await runFrom(next);
await rm(folder, { recursive: true, force: true });
tell();
process.exitCode = failures.length > 0 ? 1 : 0;

/** The numbers on the command line; ends the program with status 2 where it has others. */
function numbersGiven(): { from: number; count: number } {
  try {
    const { values } = parseArgs({
      options: {
        from: { type: 'string', default: '0' },
        count: { type: 'string', default: '60000' },
      },
    });
    const [from, count] = [Number(values.from), Number(values.count)];
    if (Number.isInteger(from) && from >= 0 && count > 0) return { from, count };
    throw new TypeError('--from and --count take numbers.');
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    console.error(`${error.message}\nUsage: npm run fuzz -- [--from N] [--count N]`);
    return process.exit(2);
  }
}

/** Runs inputs in one worker until the last, or one that has to be ended; returns the next. */
async function runFrom(from: number): Promise<number> {
  const at = new Int32Array(new SharedArrayBuffer(4)).fill(-1);
  const own = await mkdtemp(join(folder, 'worker-'));
  const task: Task = { from, count: end - from, folder: own, at };
  const worker = new Worker(start, {
    eval: true,
    workerData: task,
    resourceLimits: { maxOldGenerationSizeMb: HEAP_MEGABYTES, stackSizeMb: STACK_MEGABYTES },
  });
  worker.on('message', note);
  const problem = await new Promise<string | null>((resolve) => {
    let [seen, since] = [-1, Date.now()];
    const watch = setInterval(() => {
      const number = Atomics.load(at, 0);
      if (number === -1 || number !== seen) [seen, since] = [number, Date.now()];
      else if (Date.now() - since > MOST_MILLISECONDS) resolve(TOO_LONG);
    }, 100);
    worker.on('error', (error) => resolve(error.stack ?? error.message));
    worker.on('exit', () => {
      clearInterval(watch);
      resolve(null);
    });
  });
  await worker.terminate();
  if (problem === null) return end;
  const number = Atomics.load(at, 0);
  if (problem === TOO_LONG && stalled !== number) {
    stalled = number;
    return number;
  }
  fail(number, problem);
  return number === -1 ? end : number + 1;
}

function note({ number, target, ended, failure, ...cost }: Report): void {
  const key = `${target}: ${ended}`;
  endings.set(key, (endings.get(key) ?? 0) + 1);
  if (failure !== undefined) fail(number, `${target}: ${failure}`);
  if (cost.milliseconds > slowest.milliseconds) slowest = { number, target, ...cost };
  peak.rss = Math.max(peak.rss, cost.rss);
  peak.arrayBuffers = Math.max(peak.arrayBuffers, cost.arrayBuffers);
  if (cost.arrayBuffers > MOST_BUFFER_BYTES) fail(number, `${cost.arrayBuffers} bytes in buffers`);
  if (cost.rss > MOST_RSS_BYTES) fail(number, `${cost.rss} bytes in memory`);
  if (number % 5000 === 4999) console.log(`${number + 1 - first} of ${end - first}`);
}

function fail(number: number, what: string): void {
  failures.push(`${number}: ${what}`);
  console.log(`FAILED ${number}: ${what}`);
}

function tell(): void {
  for (const [ending, count] of [...endings].sort(([a], [b]) => (a < b ? -1 : 1)))
    console.log(`${ending}: ${count}`);
  const { number, target, milliseconds } = slowest;
  console.log(`slowest: ${number} (${target}), ${Math.round(milliseconds)} ms`);
  const megabytes = (bytes: number): number => Math.round(bytes / 1024 / 1024);
  console.log(`peak: ${megabytes(peak.rss)} MB, ${megabytes(peak.arrayBuffers)} MB of it buffers`);
  console.log(`failed: ${failures.length}`);
}
