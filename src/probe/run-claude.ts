import { startApi, type MessagesRequest, type Responder } from './api.ts';
import { runEnvironment } from './run-environment.ts';
import { guardFor } from './guard.ts';
import { runInGroup, type GroupEnd } from './run-in-group.ts';
import { runTimeLimit } from './time-limits.ts';
import type { Workspace } from './workspace.ts';

/** What to run: a JavaScript bundle on the Node.js that runs cc-mirror, or a native executable. */
export interface ProbeTarget {
  kind: 'js' | 'native';
  /** Absolute path of `cli.js`, or of the executable. */
  path: string;
}

export interface ClaudeOptions {
  target: ProbeTarget;
  workspace: Workspace;
  /** For example `['-p', 'hi', '--allowedTools', 'TaskCreate,TaskList']`. */
  args: readonly string[];
  responder: Responder;
  env?: Readonly<Record<string, string>> | undefined;
  /** Milliseconds; default: see time-limits.ts. */
  timeoutMs?: number | undefined;
  signal?: AbortSignal | undefined;
  /**
   * Kills a program that still runs this many milliseconds after its last request with tools was
   * answered. If omitted, it runs until it exits or reaches the time limit.
   */
  lingerMs?: number;
}

export interface ClaudeRun {
  end: GroupEnd;
  /** `null` if the program was killed. */
  exitCode: number | null;
  /** The last 16 MB of each stream. */
  stdout: string;
  stderr: string;
  requests: readonly MessagesRequest[];
  /** Wall time in milliseconds. */
  ms: number;
}

/**
 * Runs Claude Code against a loopback Messages API that answers as the responder says, with
 * standard input closed and an environment built from scratch. Resolves however the program ends;
 * rejects only if aborted (with the signal's reason) or if the responder throws (with its error).
 */
export async function runClaude(options: ClaudeOptions): Promise<ClaudeRun> {
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
    const run = await runInGroup({
      command: target.kind === 'js' ? process.execPath : target.path,
      args: target.kind === 'js' ? [...guard.nodeOptions, target.path, ...args] : args,
      cwd: workspace.project,
      env,
      timeoutMs: options.timeoutMs ?? runTimeLimit,
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
