import { openBundle } from '../../bundle/open.ts';
import { exists } from '../../disk/sync-read.ts';
import { analyze } from '../../gates/analyze.ts';
import { type CapabilityName, capabilityNames } from '../../gates/types.ts';
import { providerPin } from '../../provider/variables.ts';
import { type Found, error, ok, reinstall } from '../finding.ts';
import type { CheckContext, GateVerdict, Inside } from '../check-context.ts';

/** Analyzes a program. Errors: those of `openBundle`. */
export async function readInside(path: string): Promise<Inside> {
  const { modules } = await openBundle(path);
  const { tasks, teams } = analyze(modules);
  return {
    pins: modules.some(({ bytes }) => bytes.includes(providerPin)),
    tasks: { verdict: tasks.verdict, env: tasks.env },
    teams: { verdict: teams.verdict, env: teams.env },
  };
}

/** The program has the recorded edits, and the launcher the recorded variables. */
export async function checkGates({ record, shared }: CheckContext): Promise<Found[]> {
  const { path, sha256 } = record.bundle;
  if (!exists(path)) return [];
  const verdicts = await shared.verdictsOf(path, sha256);
  const findings = capabilityNames.flatMap((name) => {
    const problem = problemOf(name, verdicts[name], record);
    return problem ? [error(problem, reinstall)] : [];
  });
  if (findings.length > 0) return findings;
  const states = capabilityNames.map((name) => {
    const { state, by } = record.capabilities[name];
    return `${name} ${state}${by === null ? '' : ` by ${by}`}`;
  });
  return [ok(states.join(', '))];
}

function problemOf(
  name: CapabilityName,
  { verdict, env }: GateVerdict,
  { capabilities, env: variables }: CheckContext['record'],
): string | null {
  switch (capabilities[name].by) {
    case 'flip':
      return verdict === 'on' ? null : `the program lacks the edit for ${name}: ${verdict}`;
    case 'env': {
      if (verdict === 'on') return null;
      if (verdict !== 'env') return `no variable turns ${name} on: ${verdict}`;
      const unset = Object.entries(env ?? {}).filter(([key, value]) => variables[key] !== value);
      const list = unset.map((pair) => pair.join('=')).join(' ');
      return unset.length > 0 ? `${name} needs ${list}, but the launcher does not set it` : null;
    }
    default:
      return null;
  }
}
