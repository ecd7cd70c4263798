import { hostPlatform } from '../bundle/platform.ts';
import { capabilityNames } from '../gates/types.ts';
import type { ProbeReport } from '../probe/run.ts';
import { unproved } from '../variant/choose.ts';
import { lossText } from '../variant/losses.ts';
import { type VariantOffer, probeVariant } from '../variant/probe-variant.ts';
import type { VariantRecord } from '../variant/record.ts';
import { type Finding, error, failed, ok, warning } from './finding.ts';
import { type Subject, fixCommand } from './subject.ts';

/** Runs the variant's program with its own variables, settings, skills and agents, as `probe` does. */
export async function checkRun(subject: Subject): Promise<Finding[]> {
  const { record, places, around } = subject;
  if (record.platform !== 'any' && record.platform !== (await hostPlatform())) {
    return [ok('probe', `not run: it is for ${record.platform}`)];
  }
  try {
    return compared(await probeVariant(record, places, around.signal), subject);
  } catch (thrown) {
    return [failed('probe', thrown, 'error')];
  }
}

function compared({ report, losses }: VariantOffer, subject: Subject): Finding[] {
  const { record, places } = subject;
  const lost = new Set(losses.map(({ capability }) => capability));
  const problems = unproved(record.capabilities, report)
    .filter(({ capability }) => !lost.has(capability))
    .map(({ problem }) => problem);
  if (report.claudeVersion !== null && report.claudeVersion !== record.claudeVersion) {
    problems.push(`it says that it is ${report.claudeVersion}, not ${record.claudeVersion}`);
  }
  if (problems.length > 0) return [error('probe', problems.join('; '), fixCommand(subject))];
  if (losses.length > 0) {
    // Nobody but the user can take out what the user put there.
    return losses.map((loss) => {
      const message = `${loss.capability} ${loss.state}: ${lossText(loss, places)}`;
      return warning('probe', message, `Take that out, then: cc-mirror update ${record.name}`);
    });
  }
  const stale = capabilityNames.filter(
    (name) => record.choices[name] && report[name] && record.capabilities[name].state !== 'on',
  );
  if (stale.length > 0) {
    const message = `${stale.join(' and ')} on, which variant.json does not say yet`;
    return [warning('probe', message, `cc-mirror update ${record.name}`)];
  }
  const missing = missingIn(report, record);
  if (missing.length > 0) {
    const message = `it no longer offers ${missing.join(', ')}`;
    return [warning('probe', message, `cc-mirror probe ${record.name}`)];
  }
  const tools = `one session sent ${report.tools.length} tools in ${(report.ms / 1000).toFixed(1)} s`;
  const { tasks, teams } = report.states;
  return [ok('probe', `${tools}; tasks ${tasks}, teams ${teams}`)];
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
