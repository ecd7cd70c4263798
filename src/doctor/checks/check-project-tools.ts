import { hiddenText, isOfProject, lossText } from '../../plan/losses.ts';
import { probeVariant } from '../../lifecycle/prove/probe-variant.ts';
import { readProject } from '../../lifecycle/prove/project-settings.ts';
import { type Found, failed, ok, warning } from '../finding.ts';
import { runsHere } from './check-probe.ts';
import type { CheckContext } from '../check-context.ts';

/**
 * What the settings of the current folder's project disable, by running the program with them.
 * Without such settings it runs and reports nothing.
 */
export async function checkProjectTools(context: CheckContext): Promise<Found[]> {
  const { record, places, around, shared } = context;
  const project = readProject(shared.folder, around.userHome);
  if (project.length === 0 || !(await runsHere(record))) return [];
  try {
    const { losses, hidden } = await probeVariant(record, places, around.signal, project);
    const told = losses.filter(isOfProject).map((loss) => {
      const what = `${loss.capability} ${loss.state} in ${shared.folder}`;
      return `${what}: ${lossText(loss, places)}`;
    });
    if (hidden && isOfProject(hidden)) told.push(hiddenText(hidden, places));
    const next = `Remove that setting, or start ${record.name} only in other folders.`;
    const none = `the settings of ${shared.folder} disable nothing`;
    return told.length > 0 ? told.map((message) => warning(message, next)) : [ok(none)];
  } catch (thrown) {
    return [failed(thrown, 'warning')];
  }
}
