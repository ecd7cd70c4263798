import { provedRequest } from './failure.ts';
import type { ProjectFile } from './plain-settings.ts';
import { defaultTimeoutMs, runProgram, type ProbeTarget } from './program.ts';
import { readOffer, readTools, type Offer } from './read.ts';
import type { Tools } from '../skill/tools.ts';
import { withWorkspace } from './workspace.ts';

export type { ProbeTarget } from './program.ts';

export interface ProbeOptions {
  target: ProbeTarget;
  /** Capability and model variables of the variant. */
  env?: Readonly<Record<string, string>>;
  /** A folder of skills (each `<name>/SKILL.md`), copied into the temporary config folder. */
  skills?: string | undefined;
  /** A folder of agent files, likewise. */
  agents?: string | undefined;
  /**
   * The content of settings.json in the temporary config folder, but for what would run programs of
   * the user's or leave the loopback. Hooks go too: they say nothing about which tools are sent.
   */
  settings?: Readonly<Record<string, unknown>> | undefined;
  /** `env` of .claude.json. */
  stateEnv?: unknown;
  /** Settings files of the project that the session is started in, as far as they are plain data. */
  project?: readonly ProjectFile[] | undefined;
  /** Milliseconds; default 60,000. */
  timeoutMs?: number;
  signal?: AbortSignal;
}

export interface ProbeReport extends Offer {
  /** Wall time of the run, in milliseconds. */
  ms: number;
}

export interface Proof {
  report: ProbeReport;
  /** The schemas of the tools in the report. */
  tools: Tools;
}

/** A program that got its answer has this many milliseconds left to exit by itself. */
const lingerMs = 3000;

/**
 * Proves what a bundle offers by running it: one `-p` session against the loopback API, in
 * temporary folders, and what its request shows. The session must end well too, as a bundle that
 * breaks after its first request is of no use. Throws `probe-failed`, or the signal's reason.
 */
export async function probe(options: ProbeOptions): Promise<Proof> {
  const { target, env, signal, timeoutMs = defaultTimeoutMs } = options;
  const { hooks: _, ...settings } = options.settings ?? {};
  signal?.throwIfAborted();
  const run = await withWorkspace({ ...options, settings }, (workspace) =>
    runProgram({
      target,
      workspace,
      args: ['-p', 'hi'],
      responder: () => ({ type: 'text', text: 'ok' }),
      env,
      timeoutMs,
      signal,
      lingerMs,
    }),
  );
  const request = await provedRequest(run, target, timeoutMs);
  return { report: { ...readOffer(request), ms: run.ms }, tools: readTools(request) };
}
