import type { Tools } from '../skill/tools.ts';
import { type Offer, readOffer, readTools } from './offer.ts';
import { provedRequest } from './proved-request.ts';
import { type ProbeTarget, runClaude } from './run-claude.ts';
import { exitTimeLimit, runTimeLimit } from './time-limits.ts';
import { type WorkspaceOptions, withWorkspace } from './workspace.ts';

export type { ProbeTarget } from './run-claude.ts';

export interface ProbeOptions extends WorkspaceOptions {
  target: ProbeTarget;
  /** Capability and model variables of the variant. */
  env?: Readonly<Record<string, string>>;
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
  // Hooks have no say in which tools are sent.
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
