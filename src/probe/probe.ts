import type { Tools } from '../skill/tools.ts';
import { type Offer, readOffer, readTools } from './offer.ts';
import { provedRequest } from './proved-request.ts';
import { type ProbeTarget, runClaude } from './run-claude.ts';
import { exitTimeLimit, runTimeLimit } from './time-limits.ts';
import type { ProjectFile } from './plain-settings.ts';
import { withWorkspace } from './workspace.ts';

export type { ProbeTarget } from './run-claude.ts';

export interface ProbeOptions {
  target: ProbeTarget;
  /** Capability and model variables of the variant. */
  env?: Readonly<Record<string, string>>;
  /** A folder of skills (each `<name>/SKILL.md`), copied into the temporary config folder. */
  skills?: string | undefined;
  /** A folder of agent files, likewise. */
  agents?: string | undefined;
  /**
   * The content of settings.json in the temporary config folder. What would run the user's programs
   * or leave the loopback is dropped, and so are hooks: they have no say in which tools are sent.
   */
  settings?: Readonly<Record<string, unknown>> | undefined;
  /** `env` of .claude.json. */
  stateEnv?: unknown;
  /** Settings files of the project that the session is started in, as far as they are plain data. */
  project?: readonly ProjectFile[] | undefined;
  /** Milliseconds; default: see time-limits.ts. */
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

/**
 * Proves what a bundle offers by running one `-p` session against the loopback API, in temporary
 * folders, and reading its request. The session must also end well: a bundle that breaks after its
 * first request is useless. Throws `probe-failed`, or the signal's reason.
 */
export async function probe(options: ProbeOptions): Promise<Proof> {
  const { target, env, signal, timeoutMs = runTimeLimit } = options;
  const { hooks: _, ...settings } = options.settings ?? {};
  signal?.throwIfAborted();
  const run = await withWorkspace({ ...options, settings }, (workspace) =>
    runClaude({
      target,
      workspace,
      args: ['-p', 'hi'],
      responder: () => ({ type: 'text', text: 'ok' }),
      env,
      timeoutMs,
      signal,
      lingerMs: exitTimeLimit,
    }),
  );
  const request = await provedRequest(run, target, timeoutMs);
  return { report: { ...readOffer(request), ms: run.ms }, tools: readTools(request) };
}
