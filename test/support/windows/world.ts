import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { bunExecutable, claudeText } from '../executables/bun-executable.ts';
import { cli } from '../claude.ts';
import { type FakeClaudeOptions, writeFakeClaude } from '../fake-claude.ts';
import type { WindowsEnd } from './driver.ts';
import { type WindowsMachine, onDriveZ } from './machine.ts';

/** A user's world on drive C, made from nothing, with awkward names. Paths are those of Windows. */
export interface WindowsWorld {
  machine: WindowsMachine;
  /** The user's home. */
  user: string;
  /** CC_MIRROR_HOME */
  home: string;
  /** A folder to work in. */
  project: string;
  environment: Record<string, string>;
  /** Runs cc-mirror with --json. */
  ccMirror(args: string[], options?: WindowsOptions): Promise<CcMirrorEnd>;
  /**
   * Runs a launcher in cmd, as a user does who types `line` after its name. It is a copy that runs,
   * as the cmd of wine 8 reads batch files in the code page of old, whatever `chcp` says; but for
   * `real`, where the file itself has to be run, in a plain world.
   */
  launch(launcher: string, line: string, options?: WindowsOptions): Promise<WindowsEnd>;
  /** The file of Linux that a path of drive C is. */
  linux(path: string): string;
}

interface WindowsOptions {
  cwd?: string;
  environment?: Record<string, string>;
  input?: string;
  signal?: AbortSignal;
  real?: boolean;
}

interface CcMirrorEnd {
  status: number | null;
  // Tests look into every command's own shape.
  // oxlint-disable-next-line typescript/no-explicit-any
  document: any;
  stderr: string;
}

/** `file:///Z:/…/strict.ts` */
const strict = new URL('strict.ts', import.meta.url).href.replace('///', '///Z:/');

/**
 * Runs `act` in a fresh world, and removes the world afterwards. In a `plain` one the path of the
 * home is ASCII, so that wine's cmd can run the launchers themselves.
 */
export async function withWindows<T>(
  machine: WindowsMachine,
  act: (world: WindowsWorld) => Promise<T>,
  { plain = false } = {},
): Promise<T> {
  const { drive } = machine.tools;
  const root = await mkdtemp(join(drive, 'world-'));
  const onC = (path: string): string => `C:${path.slice(drive.length).replaceAll('/', '\\')}`;
  const linux = (path: string): string => join(drive, path.slice(2).replaceAll('\\', '/'));
  const user = `${onC(root)}\\Zoë Müller`;
  const home = plain ? `${onC(root)}\\cc mirror` : `${user}\\cc mirror ünï`;
  const project = `${user}\\My Project`;
  const environment = environmentOf(user, machine.node);
  const ccMirror: WindowsWorld['ccMirror'] = async (args, options = {}) => {
    const { status, stdout, stderr } = await machine.run(
      {
        command: machine.node,
        args: ['--import', strict, onDriveZ(cli), ...args, '--json'],
        cwd: options.cwd ?? project,
        env: { ...environment, CC_MIRROR_HOME: home, ...options.environment },
        input: options.input,
      },
      options.signal,
    );
    if (stdout === '') throw new Error(`cc-mirror ${args.join(' ')} printed nothing: ${stderr}`);
    return { status, document: JSON.parse(stdout), stderr };
  };
  const launch: WindowsWorld['launch'] = async (launcher, line, options = {}) => {
    const command = options.real ? launcher : `${onC(root)}\\launcher.cmd`;
    if (!options.real) await copyForWine(linux(launcher), linux(command));
    return machine.run(
      {
        command: environment['ComSpec'] ?? '',
        args: ['/d', '/s', '/c', `""${command}" ${line}"`],
        cwd: options.cwd ?? project,
        env: { ...environment, ...options.environment },
        input: options.input,
        verbatim: true,
      },
      options.signal,
    );
  };
  try {
    for (const folder of [project, `${user}\\Temp`])
      await mkdir(linux(folder), { recursive: true });
    return await act({ machine, user, home, project, environment, ccMirror, launch, linux });
  } finally {
    await rm(root, { recursive: true, force: true });
  }
}

/** Code page 437, of which we need no more. */
const codePage: Readonly<Record<string, number>> = { ü: 0x81, ë: 0x89, ï: 0x8b };

async function copyForWine(launcher: string, copy: string): Promise<void> {
  const text = await readFile(launcher, 'utf8');
  const lines = text.split('\r\n').filter((line) => !line.includes('65001'));
  const known = lines.join('\r\n').replace('usebackq^ delims^=^ eol^=', '"usebackq eol= delims="');
  const bytes = Array.from(known, (character) => {
    const code = codePage[character] ?? character.charCodeAt(0);
    if (code > 0x7f && !(character in codePage))
      throw new Error(`not in code page 437: ${character}`);
    return code;
  });
  await writeFile(copy, Buffer.from(bytes));
}

/** The variables of a fresh Windows, and no others. */
function environmentOf(user: string, node: string): Record<string, string> {
  const system = 'C:\\windows';
  return {
    SystemRoot: system,
    SystemDrive: 'C:',
    windir: system,
    ComSpec: `${system}\\system32\\cmd.exe`,
    PATHEXT: '.COM;.EXE;.BAT;.CMD',
    PATH: [`${system}\\system32`, system, node.slice(0, node.lastIndexOf('\\'))].join(';'),
    USERPROFILE: user,
    APPDATA: `${user}\\AppData\\Roaming`,
    LOCALAPPDATA: `${user}\\AppData\\Local`,
    TEMP: `${user}\\Temp`,
    TMP: `${user}\\Temp`,
  };
}

/** The stand-in below in a folder of the user's; its path. */
export async function makeFake(world: WindowsWorld, version: string): Promise<string> {
  const folder = `${world.user}\\claude ${version}`;
  await writeWindowsFake(world.linux(folder), { version });
  return folder;
}

/**
 * A native stand-in: an executable that holds modules as Bun's do, and runs as Node, so that
 * `PATH args` runs what `makeFake` has made at PATH.
 */
export async function makeNativeFake(world: WindowsWorld, version: string): Promise<string> {
  const folder = `${world.user}\\native ${version}`;
  await mkdir(world.linux(folder));
  const header = await readFile(world.machine.tools.node);
  const { bytes } = bunExecutable([{ name: 'B:/~BUN/root/cli', contents: claudeText(version) }], {
    header,
  });
  await writeFile(world.linux(`${folder}\\claude.exe`), bytes);
  return `${folder}\\claude.exe`;
}

/**
 * The stand-in for Claude Code with what the tests of Windows need of it: `args` prints its further
 * arguments as JSON, `exit N` ends with status N, `wait FILE` says in `FILE.up` that it runs and
 * ends with status 7 when FILE is there (a test that fails removes its world, and this ends too).
 */
async function writeWindowsFake(folder: string, options?: FakeClaudeOptions): Promise<void> {
  await writeFakeClaude(folder, options);
  const program = join(folder, 'cli.js');
  await insertFirst(
    program,
    `import{existsSync as there,writeFileSync as write}from"node:fs";
const[asked,...rest]=process.argv.slice(2);
if(asked==="args"){console.log(JSON.stringify(rest));process.exit(0)}
if(asked==="exit")process.exit(Number(rest[0]));
if(asked==="wait"){write(rest[0]+".up","");while(!there(rest[0])){if(!there(rest[0]+".up"))process.exit(1);await new Promise((done)=>setTimeout(done,50))}console.log("went on");process.exit(7)}`,
  );
  await mendSockets(program);
}

/**
 * Lets a JavaScript program make requests in wine 8, which does not know the socket option that
 * Node sets before it connects, so that every `fetch` fails there.
 */
export function mendSockets(program: string): Promise<void> {
  return insertFirst(
    program,
    'import{Socket as WineSocket}from"node:net";WineSocket.prototype.setKeepAlive=function(){return this};',
  );
}

/** Puts a line after the first, which says what runs the program. */
async function insertFirst(program: string, line: string): Promise<void> {
  const source = await readFile(program, 'utf8');
  const end = source.indexOf('\n') + 1;
  await writeFile(program, source.slice(0, end) + line + '\n' + source.slice(end));
}
