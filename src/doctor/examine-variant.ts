import { checkBundle, checkStart, checkStored } from './checks/check-bundle.ts';
import { checkVersion } from './checks/check-version.ts';
import { checkConfiguration } from './checks/check-configuration.ts';
import { type CheckName, type Finding, failed, warning } from './finding.ts';
import { checkGates } from './checks/check-gates.ts';
import { checkKey } from './checks/check-key.ts';
import { checkLauncher, checkPath } from './checks/check-launcher.ts';
import { checkLeftovers, checkRollback } from './checks/check-leftovers.ts';
import { checkPacks, checkRules } from './checks/check-packs.ts';
import { checkRun } from './checks/check-probe.ts';
import { type Subject, fixCommand } from './check-context.ts';
import { checkProject } from './checks/check-project.ts';
import { checkUpdater } from './checks/check-updater.ts';
import { checkDaemon } from './checks/check-daemon.ts';
import { checkProjectTools } from './checks/check-project-tools.ts';

/** Everything about one variant. `run`: its program is run as well. */
export async function examineVariant(
  subject: Subject,
  { run }: { run: boolean },
): Promise<Finding[]> {
  const bundle = await checked('bundle', checkBundle, subject);
  const sound = bundle.every(({ level }) => level === 'ok');
  const start = sound ? await checked('bundle', checkStart, subject) : [];
  const starts = sound && start.length === 0;
  const findings = [
    ...(await checked('launcher', checkLauncher, subject)),
    ...(await checked('path', checkPath, subject)),
    ...bundle,
    ...start,
    ...(await checked('store', checkStored, subject)),
    // A program that is not what was installed is neither understood nor run.
    ...(sound ? await checked('gates', checkGates, subject) : []),
    ...(await checked('configuration', checkConfiguration, subject)),
    ...(await checked('updater', checkUpdater, subject)),
    ...(await checked('key', checkKey, subject)),
    ...(await checked('packs', checkPacks, subject)),
    ...(await checked('rules', checkRules, subject)),
    ...(await checked('version', checkVersion, subject)),
    ...(await checked('rollback', checkRollback, subject)),
    // A program that is not what was installed is not looked into.
    ...(sound ? await checked('project', checkProject, subject) : []),
    ...(run && starts ? await checked('project', checkProjectTools, subject) : []),
    ...(await checked('daemon', checkDaemon, subject)),
    ...(await checked('leftovers', checkLeftovers, subject)),
  ];
  if (run && !sound) findings.push(...notRun(subject));
  if (run && starts) {
    findings.push(...(await checked('probe', checkRun, subject)));
  }
  return once(findings);
}

function notRun(subject: Subject): Finding[] {
  return [
    warning('probe', 'not run, as the program is not what was installed', fixCommand(subject)),
  ];
}

async function checked(
  name: CheckName,
  check: (subject: Subject) => Promise<Finding[]>,
  subject: Subject,
): Promise<Finding[]> {
  subject.around.signal.throwIfAborted();
  try {
    return await check(subject);
  } catch (thrown) {
    return [failed(name, thrown, 'error')];
  }
}

/** What several checks stumble over is told where it was met first. */
function once(findings: readonly Finding[]): Finding[] {
  const told = new Set<string>();
  return findings.filter(({ level, message }) => {
    const again = level !== 'ok' && told.has(message);
    told.add(message);
    return !again;
  });
}
