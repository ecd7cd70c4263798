import { hostPlatform } from '../../bundle/platform.ts';
import { capabilityNames } from '../../gates/types.ts';
import { unproved } from '../../plan/choose-capability.ts';
import { lossText, hiddenText } from '../../plan/losses.ts';
import {
  type VariantOffer,
  probeVariant,
  sessionText,
} from '../../lifecycle/prove/probe-variant.ts';
import type { VariantRecord } from '../../variant/record.ts';
import { type Found, error, failed, ok, warning } from '../finding.ts';
import { type CheckContext, fixCommand } from '../check-context.ts';
import {
  managedFolders,
  managedHint,
  managedSettings,
} from '../../lifecycle/prove/managed-settings.ts';

/** Runs the variant's program with its own variables, settings, skills and agents, as `probe` does. */
export async function checkRun(context: CheckContext): Promise<Found[]> {
  const { record, places, around } = context;
  if (!(await runsHere(record))) {
    return [ok(`not run: built for ${record.platform}`)];
  }
  try {
    const offer = await probeVariant(record, places, around.signal);
    const managed = managedSettings(managedFolders(around.layout.platform));
    return compared(offer, context, managedHint(managed));
  } catch (thrown) {
    return [failed(thrown, 'error')];
  }
}

/** Whether the program is for this machine's platform. */
export async function runsHere({ platform }: VariantRecord): Promise<boolean> {
  return platform === 'any' || platform === (await hostPlatform());
}

/** `hint`: about managed settings, which no repair changes. */
function compared(offer: VariantOffer, context: CheckContext, hint: string | null): Found[] {
  const { report, losses, missing, hidden } = offer;
  const { record, places } = context;
  const lost = new Set(losses.map(({ capability }) => capability));
  const problems = unproved(record.capabilities, report)
    .filter(({ capability }) => !lost.has(capability))
    .map(({ problem }) => problem);
  if (report.claudeVersion !== null && report.claudeVersion !== record.claudeVersion) {
    problems.push(
      `the program reports version ${report.claudeVersion}, not ${record.claudeVersion}`,
    );
  }
  if (problems.length > 0) {
    return [error(problems.join('; '), hint ?? fixCommand(context))];
  }
  const taken = losses.map((loss) => `${loss.capability} ${loss.state}: ${lossText(loss, places)}`);
  if (hidden) taken.push(hiddenText(hidden, places));
  if (taken.length > 0) {
    // Only the user can remove their own settings.
    const next = `Remove that setting, then: cc-mirror update ${record.name}`;
    return taken.map((message) => warning(message, next));
  }
  const stale = capabilityNames.filter(
    (name) => record.choices[name] && report[name] && record.capabilities[name].state !== 'on',
  );
  if (stale.length > 0) {
    const message = `${stale.join(' and ')} on, but variant.json does not say so yet`;
    return [warning(message, `cc-mirror update ${record.name}`)];
  }
  if (missing.length > 0) {
    const message = `it no longer offers ${missing.join(', ')}`;
    return [warning(message, `cc-mirror probe ${record.name}`)];
  }
  const { tasks, teams } = report.states;
  return [ok(`${sessionText(report)}; tasks ${tasks}, teams ${teams}`)];
}
