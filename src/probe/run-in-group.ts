import { execFile, spawn, type ChildProcess } from 'node:child_process';
import type { Readable } from 'node:stream';
import { promisify } from 'node:util';
import { systemCode } from '../errors.ts';
import { killGroup, taskkill } from '../process-group.ts';
import { startProblem } from './start-problem.ts';

export interface GroupOptions {
  /** An absolute path. */
  command: string;
  args: readonly string[];
  cwd: string;
  env: Readonly<Record<string, string>>;
  timeoutMs: number;
  /** Ends the run with `{ type: 'stopped' }`. */
  stop: AbortSignal;
  /** Ends the run and rejects with the signal's reason. */
  abort: AbortSignal;
}

/** How the program ended. */
export type GroupEnd =
  | { type: 'exited'; code: number }
  | { type: 'crashed'; signal: NodeJS.Signals }
  | { type: 'stopped' }
  | { type: 'timed-out' }
  | { type: 'not-started'; error: Error };

export interface GroupRun {
  end: GroupEnd;
  stdout: string;
  stderr: string;
}

/** Bytes kept of each stream, counted from its end. */
const maxOutput = 16 * 1024 * 1024;

/**
 * Runs a program in its own process group and kills the whole group (SIGKILL) at the end, whether
 * the program exited, timed out, was stopped or aborted. Windows has no process groups: there the
 * process tree is killed if the program still runs, and children of one that exited survive.
 */
export async function runInGroup(options: GroupOptions): Promise<GroupRun> {
  options.abort.throwIfAborted();
  const child = startProblem(options.command) ?? start(options);
  if (child instanceof Error) return { end: { type: 'not-started', error: child }, ...silent };
  const stdout = collect(child.stdout);
  const stderr = collect(child.stderr);
  const exited = exitOf(child);
  const cut = new AbortController();
  const killNow = () => killGroup(child.pid);
  process.once('exit', killNow);
  try {
    const end = await Promise.race([exited, cutOf(options, cut.signal)]);
    await killTree(child);
    await exited;
    await Promise.race([closed(child), delay(1000, cut.signal)]);
    options.abort.throwIfAborted();
    return { end, stdout: stdout(), stderr: stderr() };
  } finally {
    process.off('exit', killNow);
    cut.abort();
    child.stdout?.destroy();
    child.stderr?.destroy();
  }
}

const silent = { stdout: '', stderr: '' };

function start({ command, args, cwd, env }: GroupOptions): ChildProcess | Error {
  try {
    return spawn(command, args, {
      cwd,
      env,
      detached: process.platform !== 'win32',
      windowsHide: true,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
  } catch (error) {
    // Node.js throws some failures of the system call and emits the others.
    if (systemCode(error) !== undefined && error instanceof Error) return error;
    throw error;
  }
}

function exitOf(child: ChildProcess): Promise<GroupEnd> {
  return new Promise((resolve) => {
    child.on('error', (error) => {
      if (child.pid === undefined) resolve({ type: 'not-started', error });
    });
    child.once('exit', (code, signal) => {
      if (signal !== null) resolve({ type: 'crashed', signal });
      else resolve({ type: 'exited', code: code ?? 0 });
    });
  });
}

/** Resolves at the first reason to end a running program; `over` drops the timer and listeners. */
function cutOf(options: GroupOptions, over: AbortSignal): Promise<GroupEnd> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => resolve({ type: 'timed-out' }), options.timeoutMs);
    over.addEventListener('abort', () => clearTimeout(timer), { once: true });
    const stopped = () => resolve({ type: 'stopped' });
    for (const signal of [options.stop, options.abort]) {
      if (signal.aborted) stopped();
      signal.addEventListener('abort', stopped, { once: true, signal: over });
    }
  });
}

async function killTree(child: ChildProcess): Promise<void> {
  if (process.platform !== 'win32') return killGroup(child.pid);
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  const { file, args } = taskkill(child.pid);
  try {
    await promisify(execFile)(file, args);
  } catch (error) {
    // It may exit between the check and the kill; then there is nothing left to kill.
    if (!child.kill('SIGKILL') && child.exitCode === null) throw error;
  }
}

function collect(stream: Readable | null): () => string {
  const chunks: Buffer[] = [];
  let length = 0;
  stream?.on('data', (chunk: Buffer) => {
    chunks.push(chunk);
    length += chunk.length;
    while (length > maxOutput && chunks.length > 1) length -= chunks.shift()?.length ?? 0;
  });
  return () => Buffer.concat(chunks).toString('utf8');
}

function closed(child: ChildProcess): Promise<void> {
  const open = [child.stdout, child.stderr].filter((stream) => stream?.closed === false);
  const ends = open.map((stream) => new Promise((resolve) => stream?.once('close', resolve)));
  return Promise.all(ends).then(() => undefined);
}

function delay(ms: number, over: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    over.addEventListener('abort', () => clearTimeout(timer), { once: true });
  });
}
