import { CommanderError } from 'commander';
import { readText } from '../../disk/sync-read.ts';
import { describeFailure } from '../../errors.ts';
import { mayBeKey } from '../../provider/key-stores.ts';
import { fromPackage } from '../../package-root.ts';
import { printable } from '../../ui/printable.ts';
import { buildProgram, commandNamed, usageError } from './program.ts';
import { PartialFailure, type Session } from './session.ts';

/** Runs the command line, and returns the exit status. Throws all failures. */
export async function main(argv: readonly string[], session: Session): Promise<number> {
  // Others may not write to new files, even with a permissive umask.
  process.umask(process.umask() | 0o022);
  const words = argv.length === 0 ? await menu(session) : argv;
  // A variant was started, and has ended.
  if (typeof words === 'number') return words;
  const print = (text: string): void => void process.stdout.write(text);
  const program = await buildProgram(
    words,
    ownVersion(),
    (options) => session.runner(commandNamed(words) ?? '', options),
    print,
  );
  if (words.length === 0) program.outputHelp();
  else await program.parseAsync(words, { from: 'user' });
  return 0;
}

function ownVersion(): string {
  const { version }: { version: string } = JSON.parse(readText(fromPackage('package.json')));
  return version;
}

/** What was chosen from a menu; no words without a terminal, so that the help is printed. */
async function menu({ signal }: Session): Promise<string[] | number> {
  if (!process.stdin.isTTY || !process.stderr.isTTY) return [];
  const { bare } = await import('../create/bare.ts');
  return bare(signal);
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
