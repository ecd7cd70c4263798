import { keyReading } from '../../plan/key-plan.ts';
import { access, realpath, stat } from '../../disk/sync-read.ts';
import { constants } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { delimiter, dirname, join, resolve } from 'node:path';
import { ifExists } from '../../disk/if-exists.ts';
import { systemCode } from '../../errors.ts';
import { launcherFiles } from '../../launcher/files.ts';
import type { LauncherSpec } from '../../launcher/spec.ts';
import { shellFirst } from '../../provider/tool-search.ts';
import { pathHint } from '../../ui/path-hint.ts';
import { inspectCommand, launcherPaths } from '../../variant/launcher-file.ts';
import { headerReading } from '../../plan/headers-plan.ts';
import { type Found, error, ok, reinstall, warning } from '../finding.ts';
import { type CheckContext, fixCommand } from '../check-context.ts';

/** The launcher's files exist, are ours and executable, and start the recorded program. */
export async function checkLauncher(context: CheckContext): Promise<Found[]> {
  const { record, around } = context;
  const { platform } = around.layout;
  const findings: Found[] = [];
  for (const [suffix, path] of Object.entries(launcherPaths(record.launcher, platform))) {
    const finding = await checkFile(path, suffix, context);
    if (finding !== null) findings.push(finding);
  }
  findings.push(...checkFolder(dirname(record.launcher)));
  return findings.length > 0 ? findings : [ok(record.launcher)];
}

/** Who can write to the folder can replace the launcher. The folder is the user's: no repair. */
function checkFolder(folder: string): Found[] {
  if (process.platform === 'win32') return [];
  const there = ifExists(() => stat(folder));
  // In a sticky folder such as /tmp nobody can replace another user's files.
  if (there === null || (there.mode & 0o002) === 0 || (there.mode & 0o1000) !== 0) return [];
  return [warning(`others can write to ${folder}`, `chmod o-w ${folder}`)];
}

async function checkFile(
  path: string,
  suffix: string,
  context: CheckContext,
): Promise<Found | null> {
  const { record, around } = context;
  const command = inspectCommand(path);
  if (command.kind === 'none') return error(`${path} is gone`, reinstall);
  if (command.kind === 'foreign' || command.variant !== record.name) {
    const whose =
      command.kind === 'ours' ? `starts ${command.variant}` : 'is not a launcher of cc-mirror';
    return error(`${path} ${whose}`, `Move it away, then: ${fixCommand(context)}`);
  }
  const { mode } = stat(path);
  if (process.platform !== 'win32' && (mode & 0o111) === 0) {
    return error(`${path} is not executable`, reinstall);
  }
  const lines = new Set((await readFile(path, 'utf8')).split(/\r?\n/));
  const wanted = wantedLines(context, suffix, around.layout.platform);
  if (wanted.every((line) => lines.has(line))) return null;
  return error(`${path} does not match variant.json`, reinstall);
}

/**
 * Lines that the record's launcher must have: those that set the variant's variables and start its
 * program. Left out: cleared variables and the task list, which depend on the published build, and
 * the Node.js, which is that of the last update.
 */
function wantedLines(
  { record, places }: CheckContext,
  suffix: string,
  platform: NodeJS.Platform,
): string[] {
  const { kind, path } = record.bundle;
  const spec = (env: Record<string, string>, program: string, configDir: string): LauncherSpec => ({
    variant: record.name,
    command: kind === 'js' ? { kind, node: '?', script: program } : { kind, path: program },
    configDir,
    env,
    cleared: [],
    keepEnv: [...record.keepEnv, ...shellFirst(record.choices.env)],
    key: keyReading(record.key, places.secrets),
    headers: headerReading(record.choices.headers, places),
    taskList: null,
    earlierLists: [],
  });
  const textOf = (one: LauncherSpec): string =>
    launcherFiles(one, platform).find((file) => file.suffix === suffix)?.text ?? '';
  const { CLAUDE_CODE_TASK_LIST_ID: _, CLAUDE_CODE_TEAM_NAME: __, ...env } = record.env;
  // Lines that every launcher has do not identify this variant.
  const common = new Set(textOf(spec({}, '?', '?')).split(/\r?\n/));
  return textOf(spec(env, path, places.config))
    .split(/\r?\n/)
    .filter((line) => !common.has(line) && !line.includes('MSYS2_ENV_CONV_EXCL'));
}

/** Typing the variant's name starts it. */
export function checkPath({ record, around }: CheckContext): Found[] {
  const { name, launcher } = record;
  const { environment, layout } = around;
  const folder = dirname(launcher);
  const hint = pathHint(folder, environment, layout.platform);
  if (hint !== null) return [warning(`${folder} is not on PATH`, hint)];
  const before = earlierCommand(name, folder, environment['PATH'] ?? '');
  if (before === null) return [ok(`${folder} is on PATH`)];
  const message = `${name} starts ${before}, which comes first on PATH`;
  const next = `Start it with ${launcher}, or put ${folder} before ${dirname(before)} on PATH.`;
  return [warning(message, next)];
}

/** A command of the same name in a folder of PATH before `folder`. */
function earlierCommand(name: string, folder: string, path: string): string | null {
  const windows = process.platform === 'win32';
  const names = windows ? ['.com', '.exe', '.bat', '.cmd'].map((end) => name + end) : [name];
  const real = ifExists(() => realpath(folder));
  for (const entry of path.split(delimiter).filter((one) => one !== '')) {
    if (resolve(entry) === folder || ifExists(() => realpath(entry)) === real) return null;
    for (const file of names) {
      if (isCommand(join(entry, file))) return join(entry, file);
    }
  }
  return null;
}

function isCommand(path: string): boolean {
  try {
    access(path, constants.X_OK);
    return stat(path).isFile();
  } catch (error) {
    if (systemCode(error) !== undefined) return false;
    throw error;
  }
}
