import { type ProbeTarget, runClaude } from '../../src/probe/run-claude.ts';
import { type Workspace, withWorkspace } from '../../src/probe/workspace.ts';
import type { Line } from './line.ts';

const RUNS = 15;

/** A program and the environment that it gets beside that of every run. */
export interface Launched {
  target: ProbeTarget;
  env: Readonly<Record<string, string>>;
}

/**
 * The time from start to exit of one `-p` session against the loopback API, stock and built in
 * turn, after one run each that does not count.
 */
export async function measureLaunch(
  stock: Launched,
  built: Launched,
  signal: AbortSignal,
): Promise<NonNullable<Line['launch']>> {
  return withWorkspace({}, (ofStock) =>
    withWorkspace({}, async (ofBuilt) => {
      const times: { stock: number[]; built: number[] } = { stock: [], built: [] };
      for (let run = 0; run <= RUNS; run++) {
        const stockMs = await timeOf(stock, ofStock, signal);
        const builtMs = await timeOf(built, ofBuilt, signal);
        if (run === 0) continue;
        times.stock.push(stockMs);
        times.built.push(builtMs);
      }
      const [stockMs, builtMs] = [median(times.stock), median(times.built)];
      const ratio = Math.round((builtMs / stockMs) * 100) / 100;
      return { runs: RUNS, stockMs, builtMs, ratio };
    }),
  );
}

async function timeOf(
  { target, env }: Launched,
  workspace: Workspace,
  signal: AbortSignal,
): Promise<number> {
  const run = await runClaude({
    target,
    workspace,
    args: ['-p', 'hi'],
    responder: () => ({ type: 'text', text: 'ok' }),
    env,
    signal,
  });
  if (run.exitCode !== 0) throw new Error(`a measured run ended so: ${JSON.stringify(run.end)}`);
  return run.ms;
}

/** The middle one of an odd number of values. */
function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[(values.length - 1) / 2] ?? Number.NaN;
}
