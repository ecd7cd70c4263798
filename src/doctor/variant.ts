import { checkBundle, checkStart, checkStored } from './bundle.ts';
import { checkVersion } from './channel.ts';
import { checkConfiguration } from './configuration.ts';
import { checkDaemon } from './daemon.ts';
import { type CheckName, type Finding, failed, warning } from './finding.ts';
import { checkGates } from './gates.ts';
import { checkKey } from './key.ts';
import { checkLauncher, checkPath } from './launcher.ts';
import { checkLeftovers, checkRollback } from './leftovers.ts';
import { checkPacks, checkRules } from './packs.ts';
import { checkRun } from './probe.ts';
import { type Subject, fixCommand } from './subject.ts';
import { checkProjectTools } from './project-tools.ts';
import { checkProject } from './project.ts';
import { checkUpdater } from './updater.ts';

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
