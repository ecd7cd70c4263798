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
  /** Capabilities that a setting of the user's or of the project's takes away. */
  losses: Loss[];
  /** What the last proof showed and this run does not: tools, and skills and agents that packs brought. */
  missing: string[];
  /** The setting of the user's that hides it, where one does. */
  hidden: Hidden | null;
}

/**
 * What a session of a variant offers as the variant is now: its program is run with the launcher's
 * variables and the skills, agents and settings on disk, in a project with the settings given. Errors: those of `probe`; `invalid-record`
 * for a settings file that is not a JSON object.
 */
export async function probeVariant(
  record: VariantRecord,
  places: Pick<VariantLayout, 'settings' | 'state' | 'skills' | 'agents'>,
  signal: AbortSignal,
  project: readonly ProjectFile[] = [],
): Promise<VariantOffer> {
  const { bundle, env, choices, capabilities } = record;
  const { probe } = await import('../../probe/probe.ts');
  const folders = {
    skills: await folderThere(places.skills),
    agents: await folderThere(places.agents),
  };
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

/** A folder of a variant, if it is there: one without skills or agents has none of them. */
export async function folderThere(path: string): Promise<string | undefined> {
  return ifExists(() => stat(path))?.isDirectory() ? path : undefined;
}
