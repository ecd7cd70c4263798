import { Command, CommanderError } from 'commander';
import { CcMirrorError } from '../../errors.ts';
import type { Declare, Runner } from './command.ts';

/** The commands in the order of the help. Each is loaded when it is called. */
const commands: { name: string; summary: string; load: () => Promise<{ declare: Declare }> }[] = [
  {
    name: 'quick',
    summary: 'Create a variant without questions',
    load: () => import('../quick.ts'),
  },
  {
    name: 'create',
    summary: 'Create a variant, asking for what it needs',
    load: () => import('../create.ts'),
  },
  { name: 'update', summary: 'Update variants', load: () => import('../update.ts') },
  { name: 'list', summary: 'List variants', load: () => import('../list.ts') },
  { name: 'info', summary: 'Show a variant', load: () => import('../info.ts') },
  {
    name: 'remove',
    summary: 'Remove a variant and its launcher',
    load: () => import('../remove.ts'),
  },
  {
    name: 'rollback',
    summary: 'Undo the last update; run it again to redo the update',
    load: () => import('../rollback.ts'),
  },
  {
    name: 'doctor',
    summary: 'Find problems; repair them with --fix',
    load: () => import('../doctor.ts'),
  },
  {
    name: 'store',
    summary: 'List stored builds and remove unused ones',
    load: () => import('../store.ts'),
  },
  {
    name: 'probe',
    summary: 'Run a variant or build and show what it offers',
    load: () => import('../probe.ts'),
  },
  {
    name: 'inspect',
    summary: 'Show gates, verdicts and planned edits',
    load: () => import('../inspect.ts'),
  },
  {
    name: 'build',
    summary: 'Write an edited build without creating a variant',
    load: () => import('../build.ts'),
  },
  {
    name: 'providers',
    summary: 'List providers and show their presets',
    load: () => import('../providers.ts'),
  },
  {
    name: 'skills',
    summary: 'List, add, remove and check packs of skills',
    load: () => import('../skills/skills.ts'),
  },
];

/** The options that every command takes. */
export interface GlobalOptions {
  json?: boolean;
  quiet?: boolean;
  verbose?: boolean;
  home?: string;
  binDir?: string;
  yes?: boolean;
  keep?: boolean;
}

/** The command's name in a command line; skips option values. */
export function commandNamed(argv: readonly string[]): string | null {
  for (let i = 0; i < argv.length; i++) {
    const word = argv[i] ?? '';
    if (word === '--home' || word === '--bin-dir') i++;
    else if (!word.startsWith('-')) return word;
  }
  return null;
}

/**
 * Builds the command line and loads only the command that `argv` names. `run` gets the global options
 * and the work. commander prints help and version through `print`.
 */
export async function buildProgram(
  argv: readonly string[],
  version: string,
  run: (options: () => GlobalOptions) => Runner,
  print: (text: string) => void,
): Promise<Command> {
  const program = new Command('cc-mirror')
    .description(
      'Isolated Claude Code variants: your provider, the task and team tools on, proved by running them.',
    )
    .version(version, '-V, --version', 'Print the version')
    .option('--json', 'Print one JSON document to standard output')
    .option('--quiet', 'Print errors only')
    .option('--verbose', 'Print stack traces of failures')
    .option(
      '--home <dir>',
      'Keep variants in this folder (default: $CC_MIRROR_HOME, or ~/.cc-mirror)',
    )
    .option(
      '--bin-dir <dir>',
      'Put launchers in this folder (default: $CC_MIRROR_BIN_DIR, or ~/.local/bin)',
    )
    .option('--yes', 'Ask no questions; confirm everything')
    .option('--keep', 'Keep unused builds this time')
    .helpOption('-h, --help', 'Show help')
    .helpCommand('help [command]', 'Show the help of a command')
    .showSuggestionAfterError()
    .configureOutput({ writeOut: print, writeErr() {} })
    .exitOverride();
  const named = commandNamed(argv);
  // `help NAME` shows the options of that command, so load it.
  const wanted = named === 'help' ? commandNamed(argv.slice(argv.indexOf(named) + 1)) : named;
  for (const { name, summary, load } of commands) {
    const command = program.command(name).description(summary);
    if (name === wanted)
      (await load()).declare(
        command,
        run(() => program.opts()),
      );
  }
  return program;
}

/** Turns what commander throws into a usage error; null for help and version. */
export function usageError(error: CommanderError, named: string | null): CcMirrorError | null {
  if (error.exitCode === 0) return null;
  const known = commands.some(({ name }) => name === named);
  const hint = known ? `See: cc-mirror ${named} --help` : 'See: cc-mirror --help';
  // Without a command, commander prints the help as an error that has no message.
  const missing = error.code === 'commander.help';
  const message = missing
    ? `${known ? `${named}: ` : ''}no command was given.`
    : error.message.replace(/^error: /, '');
  return new CcMirrorError('usage', `${message[0]?.toUpperCase() ?? ''}${message.slice(1)}`, hint);
}
