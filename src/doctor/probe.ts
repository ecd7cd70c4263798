import { stat } from 'node:fs/promises';
import { hostPlatform } from '../bundle/platform.ts';
import { ifThere } from '../disk/if-there.ts';
import { type ProbeReport, probe } from '../probe/run.ts';
import { unproved } from '../variant/choose.ts';
import type { VariantRecord } from '../variant/record.ts';
import { readConfig } from './configuration.ts';
import { type Finding, error, failed, ok, warning } from './finding.ts';
import { type Subject, fixCommand } from './subject.ts';

/** Runs the variant's program with its own variables, settings, skills and agents, as `probe` does. */
export async function checkRun(subject: Subject): Promise<Finding[]> {
  const { record, places, around } = subject;
  const { kind, path } = record.bundle;
  if (record.platform !== 'any' && record.platform !== (await hostPlatform())) {
    return [ok('probe', `not run: it is for ${record.platform}`)];
  }
  try {
    const { report } = await probe({
      target: { kind, path },
      env: record.env,
      skills: await folderThere(places.skills),
      agents: await folderThere(places.agents),
      settings: await readConfig(places.settings),
      signal: around.signal,
    });
    return compared(report, subject);
  } catch (thrown) {
    return [failed('probe', thrown, 'error')];
  }
}

function compared(report: ProbeReport, subject: Subject): Finding[] {
  const { record } = subject;
  const problems = unproved(record.capabilities, report);
  if (report.claudeVersion !== null && report.claudeVersion !== record.claudeVersion) {
    problems.push(`it says that it is ${report.claudeVersion}, not ${record.claudeVersion}`);
  }
  if (problems.length > 0) return [error('probe', problems.join('; '), fixCommand(subject))];
  const missing = missingIn(report, record);
  if (missing.length > 0) {
    const message = `it no longer offers ${missing.join(', ')}`;
    return [warning('probe', message, `cc-mirror probe ${record.name}`)];
  }
  const tools = `one session sent ${report.tools.length} tools in ${(report.ms / 1000).toFixed(1)} s`;
  return [ok('probe', `${tools}; tasks ${word(report.tasks)}, teams ${word(report.teams)}`)];
}

/** What the last proof showed and this run does not: tools, and skills and agents that packs brought. */
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

function word(state: boolean): string {
  return state ? 'on' : 'off';
}

async function folderThere(path: string): Promise<string | undefined> {
  return (await ifThere(() => stat(path)))?.isDirectory() ? path : undefined;
}
