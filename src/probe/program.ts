import { startApi, type MessagesRequest, type Responder } from './api.ts';
import { runEnvironment } from './environment.ts';
import { guardFor } from './guard.ts';
import { runGroup, type GroupEnd } from './group.ts';
import type { Workspace } from './workspace.ts';

/** What to run: a JavaScript bundle by Node, or a native executable. */
export interface ProbeTarget {
  kind: 'js' | 'native';
  /** Absolute: `cli.js`, or the binary. */
  path: string;
  /** The Node executable for a JavaScript bundle; the one that runs cc-mirror if left out. */
  node?: string;
}

export interface ProgramOptions {
  target: ProbeTarget;
  workspace: Workspace;
  /** Such as `['-p', 'hi', '--allowedTools', 'TaskCreate,TaskList']`. */
  args: readonly string[];
  responder: Responder;
  env?: Readonly<Record<string, string>> | undefined;
  /** Milliseconds; default 60,000. */
  timeoutMs?: number | undefined;
  signal?: AbortSignal | undefined;
  /**
   * Ends a program that still runs this many milliseconds after its last request with tools was
   * answered. Without it, a program runs until it exits or its time is up.
   */
  lingerMs?: number;
}

export interface ProgramRun {
  end: GroupEnd;
  /** `null` unless the program exited by itself. */
  exitCode: number | null;
  /** The last 16 MB of each. */
  stdout: string;
  stderr: string;
  requests: readonly MessagesRequest[];
  /** Wall time from start to end, in milliseconds. */
  ms: number;
}

export const defaultTimeoutMs = 60_000;

/**
 * Runs Claude Code against a loopback Messages API whose answers the responder decides, with
 * standard input closed and an environment built from nothing. Every way to end is a value, except
 * an abort (rejects with the signal's reason) and a responder that throws (rejects with that).
 */
export async function runProgram(options: ProgramOptions): Promise<ProgramRun> {
  const { target, workspace, args, responder, lingerMs } = options;
  const stop = new AbortController();
  const failed = new AbortController();
  let linger: NodeJS.Timeout | undefined;
  const api = await startApi(responder, {
    onFailure: (error) => failed.abort(error),
    onAnswered: ({ body }) => {
      if (lingerMs === undefined || (body.tools ?? []).length === 0) return;
      clearTimeout(linger);
      linger = setTimeout(() => stop.abort(), lingerMs);
    },
  });
  const started = performance.now();
  try {
    const guard = guardFor(target.kind, api.url);
    const env = {
      ...runEnvironment({
        baseUrl: api.url,
        folders: workspace,
        platform: process.platform,
        host: process.env,
        variables: options.env ?? {},
      }),
      ...guard.variables,
    };
    const run = await runGroup({
      command: target.kind === 'js' ? (target.node ?? process.execPath) : target.path,
      args: target.kind === 'js' ? [...guard.nodeOptions, target.path, ...args] : args,
      cwd: workspace.project,
      env,
      timeoutMs: options.timeoutMs ?? defaultTimeoutMs,
      stop: stop.signal,
      abort: AbortSignal.any([failed.signal, ...(options.signal ? [options.signal] : [])]),
    });
    const exitCode = run.end.type === 'exited' ? run.end.code : null;
    const ms = Math.round(performance.now() - started);
    return { ...run, exitCode, requests: api.requests, ms };
  } finally {
    clearTimeout(linger);
    await api.close();
  }
}
