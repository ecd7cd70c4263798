import { stat } from '../../disk/sync-read.ts';
import { ifExists } from '../../disk/if-exists.ts';
import { capabilityNames } from '../../gates/types.ts';
import type { ProbeReport } from '../../probe/probe.ts';
import type { ProjectFile } from '../../probe/plain-settings.ts';
import type { VariantLayout } from '../../variant/layout.ts';
import type { Hidden, Loss } from '../../plan/losses.ts';
import { findHidden, findLosses } from './find-losses.ts';
import type { VariantRecord } from '../../variant/record.ts';
import { type Setup, readSetup } from './setup.ts';

export interface VariantOffer {
  report: ProbeReport;
  /** Capabilities that a setting of the user or the project disables. */
  losses: Loss[];
  /** Tools, and skills and agents of packs, that the last proof showed and this run does not. */
  missing: string[];
  /** The user's settings that hide these, if any do. */
  hidden: Hidden | null;
}

/**
 * What a session of a variant offers now: runs its program with the launcher's variables and the
 * skills, agents and settings on disk, in a project with the given settings. Errors: those of
 * `probe`; `invalid-record` for a settings file that is not a JSON object.
 */
export async function probeVariant(
  record: VariantRecord,
  places: Pick<VariantLayout, 'settings' | 'state' | 'skills' | 'agents'>,
  signal: AbortSignal,
  project: readonly ProjectFile[] = [],
): Promise<VariantOffer> {
  const { bundle, env, choices, capabilities } = record;
  const { probe } = await import('../../probe/probe.ts');
  const folders = { skills: folderThere(places.skills), agents: folderThere(places.agents) };
  const run = async (setup: Setup): Promise<ProbeReport> => {
    const target = { kind: bundle.kind, path: bundle.path };
    return (await probe({ target, ...setup, ...folders, signal })).report;
  };
  const setup = { ...readSetup(env, places), project };
  const report = await run(setup);
  const wanted = capabilityNames.filter(
    (name) => choices[name] && ['on', 'deferred', 'off'].includes(capabilities[name].state),
  );
  const losses = await findLosses(wanted, report, setup, choices.env, run);
  const missing = missingIn(report, record);
  const hidden = losses.length > 0 ? null : await findHidden(missing, setup, choices.env, run);
  return { report, losses, missing, hidden };
}

/** The result of a run in words. */
export function sessionText({ tools, ms }: Pick<ProbeReport, 'tools' | 'ms'>): string {
  return `one session sent ${tools.length} tools in ${(ms / 1000).toFixed(1)} s`;
}

function missingIn(report: ProbeReport, { probe, skills, agents }: VariantRecord): string[] {
  const ours = [
    ...skills.map(({ name }) => name),
    ...agents.map(({ path }) => path.replace(/\.md$/, '')),
  ];
  return [
    ...(probe?.tools ?? []).filter((name) => !report.tools.includes(name)),
    ...(probe?.skills ?? []).filter((name) => ours.includes(name) && !report.skills.includes(name)),
    ...(probe?.agents ?? []).filter((name) => ours.includes(name) && !report.agents.includes(name)),
  ];
}

/** A folder of skills or agents, if it exists: variants without any have none. */
export function folderThere(path: string): string | undefined {
  return ifExists(() => stat(path))?.isDirectory() ? path : undefined;
}
