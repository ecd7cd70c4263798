import { checkBundle, checkProxy, checkStart, checkStored } from './checks/check-bundle.ts';
import { checkVersion } from './checks/check-version.ts';
import { checkConfiguration } from './checks/check-configuration.ts';
import { type CheckName, type Finding, type Found, failed, reported, warning } from './finding.ts';
import { checkGates } from './checks/check-gates.ts';
import { checkKey } from './checks/check-key.ts';
import { checkLauncher, checkPath } from './checks/check-launcher.ts';
import { checkLive } from './check-live.ts';
import { checkLeftovers, checkRollback } from './checks/check-leftovers.ts';
import { checkPacks, checkRules } from './checks/check-packs.ts';
import { checkRun } from './checks/check-probe.ts';
import { type CheckContext, fixCommand } from './check-context.ts';
import { checkProject } from './checks/check-project.ts';
import { checkUpdater } from './checks/check-updater.ts';
import { checkDaemon } from './checks/check-daemon.ts';
import { checkProjectTools } from './checks/check-project-tools.ts';

/** Runs all checks of one variant. `run`: runs its program, too; `live`: asks its provider. */
export async function examineVariant(
  context: CheckContext,
  { run, live }: { run: boolean; live: boolean },
): Promise<Finding[]> {
  const look = async (name: CheckName, check: Check): Promise<Finding[]> =>
    reported(name, await resultOf(check, context), fixCommand(context));
  const bundle = await look('bundle', checkBundle);
  // A modified program is neither analyzed nor run.
  const sound = bundle.every(({ level }) => level === 'ok');
  const start = sound ? await look('bundle', checkStart) : [];
  const runs = run && sound && start.length === 0;
  return once([
    ...(await look('launcher', checkLauncher)),
    ...(await look('path', checkPath)),
    ...bundle,
    ...start,
    ...(await look('bundle', checkProxy)),
    ...(await look('store', checkStored)),
    ...(sound ? await look('gates', checkGates) : []),
    ...(await look('configuration', checkConfiguration)),
    ...(await look('updater', checkUpdater)),
    ...(await look('key', checkKey)),
    ...(await look('packs', checkPacks)),
    ...(await look('rules', checkRules)),
    ...(await look('version', checkVersion)),
    ...(await look('rollback', checkRollback)),
    ...(sound ? await look('project', checkProject) : []),
    ...(runs ? await look('project', checkProjectTools) : []),
    ...(await look('daemon', checkDaemon)),
    ...(await look('leftovers', checkLeftovers)),
    ...(run && !sound ? await look('probe', notRun) : []),
    ...(runs ? await look('probe', checkRun) : []),
    ...(live ? await look('live', checkLive) : []),
  ]);
}

type Check = (context: CheckContext) => Found[] | Promise<Found[]>;

function notRun(context: CheckContext): Found[] {
  return [warning('not run, because the program has been modified', fixCommand(context))];
}

async function resultOf(check: Check, context: CheckContext): Promise<Found[]> {
  context.around.signal.throwIfAborted();
  try {
    return await check(context);
  } catch (thrown) {
    return [failed(thrown, 'error')];
  }
}

/** Keeps the first of several identical problems. */
function once(findings: readonly Finding[]): Finding[] {
  const told = new Set<string>();
  return findings.filter(({ level, message }) => {
    const again = level !== 'ok' && told.has(message);
    told.add(message);
    return !again;
  });
}
