import { workerData, parentPort } from 'node:worker_threads';
import { runInput } from './inputs.ts';

/** What the worker is told: which inputs, where to write, and where to note the one it is at. */
export interface Task {
  from: number;
  count: number;
  folder: string;
  at: Int32Array;
}

/** Told after each input. Sizes are in bytes. */
export interface Report {
  number: number;
  target: string;
  ended: string;
  failure: string | undefined;
  milliseconds: number;
  rss: number;
  arrayBuffers: number;
}

const { from, count, folder, at }: Task = workerData;
for (let number = from; number < from + count; number++) {
  Atomics.store(at, 0, number);
  const start = performance.now();
  const { target, ended, failure } = await runInput(number, folder);
  const { rss, arrayBuffers } = process.memoryUsage();
  const milliseconds = performance.now() - start;
  const report: Report = { number, target, ended, failure, milliseconds, rss, arrayBuffers };
  // eslint-disable-next-line unicorn/require-post-message-target-origin -- that is for windows
  parentPort?.postMessage(report);
}
