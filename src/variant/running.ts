import { readIfExists, readdir, readlink } from '../disk/sync-read.ts';
import { readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { execa } from 'execa';
import { systemCode } from '../errors.ts';
import { realPlace } from '../disk/real-paths.ts';
import { fieldsOf, tryParse } from '../task/json.ts';
import type { VariantLayout } from './layout.ts';

/** A process as the system shows it; what the system hides is empty. */
interface Shown {
  pid: number;
  /** The path of its program. */
  program: string;
  words: readonly string[];
  /** Its variables, as `NAME=value`; null if this system does not show them. */
  environment: readonly string[] | null;
}

/**
 * The ids of processes that have a variant's configuration and run its program: from the variant's
 * folder, or under the name `claude`, as Claude Code overwrites its command line. Null if the system
 * does not show processes; those of other users are not seen.
 */
export async function runningSessions(
  { bundles, config }: Pick<VariantLayout, 'bundles' | 'config'>,
  platform: NodeJS.Platform = process.platform,
): Promise<number[] | null> {
  const processes = await processesOf(platform);
  if (processes === null) return null;
  const folders = [bundles, realPlace(bundles)];
  return processes
    .filter(({ pid, ...shown }) => pid !== process.pid && isSession(shown, folders, config))
    .map(({ pid }) => pid);
}

/** The one process that serves all background sessions of a variant (2.1.200 to 2.1.332). */
export interface Daemon {
  pid: number;
  /** The folder of the session that started it, as the daemon recorded it. */
  cwd: string | null;
  /** Its variables, which its sessions inherit; null if this system does not show them. */
  environment: readonly string[] | null;
}

/** The daemon of a variant, found by its lock file in the configuration; null if none runs. */
export async function runningDaemon(
  { bundles, config }: Pick<VariantLayout, 'bundles' | 'config'>,
  platform: NodeJS.Platform = process.platform,
): Promise<Daemon | null> {
  const { pid, spawnedBy } = fieldsOf(tryParse(readIfExists(join(config, 'daemon.lock')) ?? ''));
  if (typeof pid !== 'number') return null;
  const folders = [bundles, realPlace(bundles)];
  const shown = (await processesOf(platform))?.find(
    (one) => one.pid === pid && isSession(one, folders, config),
  );
  if (shown === undefined) return null;
  const { cwd } = fieldsOf(spawnedBy);
  return {
    pid,
    cwd: typeof cwd === 'string' ? cwd : null,
    environment: shown.environment,
  };
}

/** Windows writes paths in any case and with either slash. */
export function isSession(
  { program, words, environment }: Omit<Shown, 'pid'>,
  bundles: readonly string[],
  config: string,
): boolean {
  const plain = (path: string): string =>
    environment === null ? path.replaceAll('\\', '/').toLowerCase() : path;
  const inside = (path: string): boolean =>
    bundles.some((folder) => plain(path).startsWith(`${plain(folder)}/`));
  if (environment === null) return inside(program) || words.some(inside);
  if (!environment.includes(`CLAUDE_CONFIG_DIR=${config}`)) return false;
  const [name = ''] = words;
  return inside(program) || words.slice(0, 4).some(inside) || basename(name) === 'claude';
}

async function processesOf(platform: NodeJS.Platform): Promise<Shown[] | null> {
  switch (platform) {
    case 'linux':
      return processesOfLinux();
    case 'darwin':
      // -E adds the environment, of the same user's processes.
      return parsePs((await output('ps', ['-axwwE', '-o', 'pid=,command='])) ?? '');
    case 'win32':
      return parseWindows(await output(powershell(), ['-NoProfile', '-Command', windowsScript]));
    default:
      return null;
  }
}

async function processesOfLinux(): Promise<Shown[]> {
  const pids = readdir('/proc').filter((name) => /^\d+$/.test(name));
  const processes = await Promise.all(
    pids.map(async (pid): Promise<Shown | null> => {
      try {
        const program = readlink(join('/proc', pid, 'exe'));
        const [words, environment] = await Promise.all([
          readFile(join('/proc', pid, 'cmdline'), 'utf8'),
          readFile(join('/proc', pid, 'environ'), 'utf8'),
        ]);
        const [all, variables] = [words, environment].map((text) => text.split('\0'));
        return { pid: Number(pid), program, words: all ?? [], environment: variables ?? [] };
      } catch (error) {
        // It has ended, or belongs to another user.
        if (systemCode(error) === undefined) throw error;
        return null;
      }
    }),
  );
  return processes.flatMap((one) => one ?? []);
}

/** Lines of ps: a process id, then its words and its variables, separated by spaces. */
export function parsePs(text: string): Shown[] {
  return text.split('\n').flatMap((line) => {
    const [, pid, rest] = /^\s*(\d+)\s+(.*)$/.exec(line) ?? [];
    if (pid === undefined || rest === undefined) return [];
    // Values may contain spaces, so each variable extends to the next `NAME=`.
    const [command = '', ...variables] = rest.split(/ (?=[A-Za-z_][A-Za-z0-9_]*=)/);
    const environment = variables.map((one) => one.trimEnd());
    return [{ pid: Number(pid), program: command, words: command.split(' '), environment }];
  });
}

const windowsScript =
  'Get-CimInstance Win32_Process | Select-Object ProcessId,ExecutablePath,CommandLine | ConvertTo-Json -Compress';

function powershell(): string {
  const system = process.env['SystemRoot'] ?? 'C:\\Windows';
  return `${system}\\System32\\WindowsPowerShell\\v1.0\\powershell.exe`;
}

/** Parses the output of `windowsScript`; null for anything else. */
export function parseWindows(text: string | null): Shown[] | null {
  if (text === null) return null;
  const list: unknown = JSON.parse(text);
  if (!Array.isArray(list)) return null;
  const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');
  return list.map((one: Record<string, unknown>) => ({
    pid: Number(one['ProcessId']),
    program: textOf(one['ExecutablePath']),
    words:
      textOf(one['CommandLine'])
        .match(/"[^"]*"|\S+/g)
        ?.map((word) => word.replaceAll('"', '')) ?? [],
    environment: null,
  }));
}

/** The standard output of a program; null if it is missing or fails. */
async function output(program: string, words: string[]): Promise<string | null> {
  const { stdout, exitCode } = await execa(program, words, { reject: false, timeout: 20_000 });
  return exitCode === 0 && stdout !== '' ? stdout : null;
}
