import { Command, CommanderError } from 'commander';
import { CcMirrorError } from '../../errors.ts';
import type { Declare, Runner } from './command.ts';

/** The commands in the order of the help. Each is loaded when it is called. */
const commands: [name: string, summary: string, load: () => Promise<{ declare: Declare }>][] = [
  ['quick', 'Create a variant without questions', () => import('../quick.ts')],
  ['create', 'Create a variant, asking for what it needs', () => import('../create.ts')],
  ['update', 'Update variants; with options, change one', () => import('../update.ts')],
  ['list', 'List variants', () => import('../list.ts')],
  ['info', 'Show a variant', () => import('../info.ts')],
  ['remove', 'Remove a variant and its launcher', () => import('../remove.ts')],
  [
    'rollback',
    'Undo the last update; run it again to redo the update',
    () => import('../rollback.ts'),
  ],
  ['doctor', 'Find problems; repair them with --fix', () => import('../doctor.ts')],
  ['store', 'List stored builds and remove unused ones', () => import('../store.ts')],
  ['probe', 'Run a variant or build and show what it offers', () => import('../probe.ts')],
  ['inspect', 'Show gates, verdicts and planned edits', () => import('../inspect.ts')],
  ['build', 'Write an edited build without creating a variant', () => import('../build.ts')],
  ['providers', 'List, show and test providers', () => import('../providers.ts')],
  ['skills', 'List, add, remove and check packs of skills', () => import('../skills/skills.ts')],
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
  for (const [name, summary, load] of commands) {
    const command = program.command(name).description(summary);
    if (name !== wanted) continue;
    const { declare } = await load();
    declare(
      command,
      run(() => program.opts()),
    );
  }
  return program;
}

/** Turns what commander throws into a usage error; null for help and version. */
export function usageError(error: CommanderError, named: string | null): CcMirrorError | null {
  if (error.exitCode === 0) return null;
  const known = commands.some(([name]) => name === named);
  const hint = known ? `See: cc-mirror ${named} --help` : 'See: cc-mirror --help';
  // Without a command, commander prints the help as an error that has no message.
  const missing = error.code === 'commander.help';
  const message = missing
    ? `${known ? `${named}: ` : ''}no command was given.`
    : error.message.replace(/^error: /, '');
  return new CcMirrorError('usage', `${message[0]?.toUpperCase() ?? ''}${message.slice(1)}`, hint);
}
