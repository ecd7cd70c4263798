import { CommanderError } from 'commander';
import { readText } from '../../disk/sync-read.ts';
import { describeFailure } from '../../errors.ts';
import { mayBeKey } from '../../provider/key-stores.ts';
import { fromPackage } from '../../package-root.ts';
import { printable } from '../../ui/printable.ts';
import { answer } from '../input/answer.ts';
import { buildProgram, commandNamed, usageError } from './program.ts';
import { PartialFailure, type Session } from './session.ts';

/** Runs the command line. Throws all failures. */
export async function main(argv: readonly string[], session: Session): Promise<void> {
  // Others may not write to new files, even with a permissive umask.
  process.umask(process.umask() | 0o022);
  const words = argv.length === 0 ? await menu() : argv;
  const print = (text: string): void => void process.stdout.write(text);
  const program = await buildProgram(
    words,
    ownVersion(),
    (options) => session.runner(commandNamed(words) ?? '', options),
    print,
  );
  if (words.length === 0) program.outputHelp();
  else await program.parseAsync(words, { from: 'user' });
}

function ownVersion(): string {
  const { version }: { version: string } = JSON.parse(readText(fromPackage('package.json')));
  return version;
}

/** The command chosen from a menu; empty without a terminal, so that the help is printed. */
async function menu(): Promise<string[]> {
  if (!process.stdin.isTTY || !process.stderr.isTTY) return [];
  const { select } = await import('@clack/prompts');
  const choice = await answer(
    select({
      message: 'What would you like to do?',
      options: [
        { value: 'create', label: 'Create a variant', hint: 'a second Claude Code beside yours' },
        { value: 'update', label: 'Update all variants' },
        { value: 'list', label: 'List variants' },
        { value: '--help', label: 'Show the commands' },
      ],
      output: process.stderr,
    }),
  );
  return [choice];
}

/**
 * Reports a failure: with --json as a document on standard output, else as two lines on standard
 * error. Returns the exit status.
 */
export function reportFailure(thrown: unknown, argv: readonly string[]): number {
  const command = commandNamed(argv);
  // Words after `--` are names, not options.
  const options = argv.includes('--') ? argv.slice(0, argv.indexOf('--')) : argv;
  const usage = thrown instanceof CommanderError ? usageError(thrown, command) : thrown;
  if (usage === null) return 0;
  const partial = usage instanceof PartialFailure ? usage : null;
  const described = describeFailure(partial ? partial.result.error : usage);
  const { code, status } = described;
  const message = withoutKeys(described.message, argv);
  const hint = described.hint && withoutKeys(described.hint, argv);
  if (options.includes('--json')) {
    const document = {
      schemaVersion: 1,
      command: command && withoutKeys(command, argv),
      ok: false,
      error: { code, message, hint: hint ?? null },
      ...(partial && { data: partial.result.data }),
    };
    process.stdout.write(`${JSON.stringify(document)}\n`);
  } else {
    const detail = options.includes('--verbose') ? usage : null;
    process.stderr.write(withoutKeys(failureText(message, hint, detail), argv));
  }
  return status;
}

/** Masks words of the command line that may be a key given in the wrong place. */
function withoutKeys(text: string, argv: readonly string[]): string {
  const words = argv.flatMap((word) => word.split(/[\s=]/)).filter(mayBeKey);
  return words.reduce((told, word) => told.replaceAll(word, `…${word.slice(-4)}`), text);
}

function failureText(message: string, hint: string | undefined, detail: unknown): string {
  const lines = [`error: ${message}`];
  if (hint !== undefined) lines.push(`  → ${hint}`);
  for (let cause = detail instanceof Error ? detail : null; cause; cause = causeOf(cause)) {
    lines.push(cause.stack ?? cause.message);
  }
  return `${printable(lines.join('\n'))}\n`;
}

function causeOf({ cause }: Error): Error | null {
  return cause instanceof Error ? cause : null;
}
