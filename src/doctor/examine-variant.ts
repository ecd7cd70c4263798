import { checkBundle, checkProxy, checkStart, checkStored } from './checks/check-bundle.ts';
import { checkVersion } from './checks/check-version.ts';
import { checkConfiguration } from './checks/check-configuration.ts';
import { type CheckName, type Finding, failed, warning } from './finding.ts';
import { checkGates } from './checks/check-gates.ts';
import { checkKey } from './checks/check-key.ts';
import { checkLauncher, checkPath } from './checks/check-launcher.ts';
import { checkLeftovers, checkRollback } from './checks/check-leftovers.ts';
import { checkPacks, checkRules } from './checks/check-packs.ts';
import { checkRun } from './checks/check-probe.ts';
import { type CheckContext, fixCommand } from './check-context.ts';
import { checkProject } from './checks/check-project.ts';
import { checkUpdater } from './checks/check-updater.ts';
import { checkDaemon } from './checks/check-daemon.ts';
import { checkProjectTools } from './checks/check-project-tools.ts';

/** Runs all checks of one variant. `run`: runs its program, too. */
export async function examineVariant(
  context: CheckContext,
  { run }: { run: boolean },
): Promise<Finding[]> {
  const bundle = await checked('bundle', checkBundle, context);
  const sound = bundle.every(({ level }) => level === 'ok');
  const start = sound ? await checked('bundle', checkStart, context) : [];
  const starts = sound && start.length === 0;
  const findings = [
    ...(await checked('launcher', checkLauncher, context)),
    ...(await checked('path', checkPath, context)),
    ...bundle,
    ...start,
    ...(await checked('bundle', checkProxy, context)),
    ...(await checked('store', checkStored, context)),
    // A modified program is neither analyzed nor run.
    ...(sound ? await checked('gates', checkGates, context) : []),
    ...(await checked('configuration', checkConfiguration, context)),
    ...(await checked('updater', checkUpdater, context)),
    ...(await checked('key', checkKey, context)),
    ...(await checked('packs', checkPacks, context)),
    ...(await checked('rules', checkRules, context)),
    ...(await checked('version', checkVersion, context)),
    ...(await checked('rollback', checkRollback, context)),
    // A program that is not what was installed is not looked into.
    ...(sound ? await checked('project', checkProject, context) : []),
    ...(run && starts ? await checked('project', checkProjectTools, context) : []),
    ...(await checked('daemon', checkDaemon, context)),
    ...(await checked('leftovers', checkLeftovers, context)),
  ];
  if (run && !sound) findings.push(...notRun(context));
  if (run && starts) {
    findings.push(...(await checked('probe', checkRun, context)));
  }
  return once(findings);
}

function notRun(context: CheckContext): Finding[] {
  return [warning('probe', 'not run, because the program has been modified', fixCommand(context))];
}

async function checked(
  name: CheckName,
  check: (context: CheckContext) => Promise<Finding[]>,
  context: CheckContext,
): Promise<Finding[]> {
  context.around.signal.throwIfAborted();
  try {
    return await check(context);
  } catch (thrown) {
    return [failed(name, thrown, 'error')];
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
