import { Command, CommanderError } from 'commander';
import { CcMirrorError } from '../../errors.ts';
import type { Declare, Runner } from './command.ts';

/** The commands, in the order of the help; the work of each is loaded when it is called. */
const commands: { name: string; summary: string; load: () => Promise<{ declare: Declare }> }[] = [
  { name: 'quick', summary: 'make a variant without questions', load: () => import('../quick.ts') },
  { name: 'create', summary: 'make a variant, asking', load: () => import('../create.ts') },
  { name: 'update', summary: 'bring variants up to date', load: () => import('../update.ts') },
  { name: 'list', summary: 'list the variants', load: () => import('../list.ts') },
  { name: 'info', summary: 'show everything about one variant', load: () => import('../info.ts') },
  {
    name: 'remove',
    summary: 'remove a variant and its launcher',
    load: () => import('../remove.ts'),
  },
  {
    name: 'rollback',
    summary: 'go back to the state before the last update, and forward again',
    load: () => import('../rollback.ts'),
  },
  {
    name: 'doctor',
    summary: 'look for what is wrong; with --fix, repair it',
    load: () => import('../doctor.ts'),
  },
  {
    name: 'store',
    summary: 'list and prune the builds kept for variants',
    load: () => import('../store.ts'),
  },
  {
    name: 'probe',
    summary: 'run a variant or build and show what it offers',
    load: () => import('../probe.ts'),
  },
  {
    name: 'inspect',
    summary: 'show gates, verdicts and planned edits',
    load: () => import('../inspect.ts'),
  },
  {
    name: 'build',
    summary: 'write an edited bundle without a variant, also for another machine',
    load: () => import('../build.ts'),
  },
  { name: 'providers', summary: 'list and show providers', load: () => import('../providers.ts') },
  {
    name: 'skills',
    summary: 'list, add, remove and check packs of skills',
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

/** The word of the command line that names the command; the values of options are passed over. */
export function commandNamed(argv: readonly string[]): string | null {
  for (let i = 0; i < argv.length; i++) {
    const word = argv[i] ?? '';
    if (word === '--home' || word === '--bin-dir') i++;
    else if (!word.startsWith('-')) return word;
  }
  return null;
}

/**
 * The command line. Only the command that `argv` names is loaded. `run` is given the global options
 * and the work. What commander itself has to say goes to `print`.
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
    .version(version, '-V, --version', 'print the version')
    .option('--json', 'print one JSON document on standard output')
    .option('--quiet', 'print nothing but errors')
    .option('--verbose', 'say more about failures')
    .option('--home <dir>', 'keep variants here (CC_MIRROR_HOME, else ~/.cc-mirror)')
    .option('--bin-dir <dir>', 'put launchers here (CC_MIRROR_BIN_DIR, else ~/.local/bin)')
    .option('--yes', 'ask nothing')
    .option('--keep', 'keep unused builds, this time (CC_MIRROR_STORE_DAYS)')
    .showSuggestionAfterError()
    .configureOutput({ writeOut: print, writeErr() {} })
    .exitOverride();
  const named = commandNamed(argv);
  // `help NAME` shows the options of that command, so they have to be there.
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

/** What commander throws: help and version are no failures; the rest is a wrong command line. */
export function usageError(error: CommanderError, named: string | null): CcMirrorError | null {
  if (error.exitCode === 0) return null;
  const known = commands.some(({ name }) => name === named);
  const hint = known ? `See: cc-mirror ${named} --help` : 'See: cc-mirror --help';
  // Where a command is missing commander prints the help as an error, and has no message.
  const missing = error.code === 'commander.help';
  const message = missing
    ? `${known ? `${named}: ` : ''}no command was given.`
    : error.message.replace(/^error: /, '');
  return new CcMirrorError('usage', `${message[0]?.toUpperCase() ?? ''}${message.slice(1)}`, hint);
}
