import { readFile } from 'node:fs/promises';
import { CommanderError } from 'commander';
import { CcMirrorError, type Failure, describeFailure } from '../errors.ts';
import { buildProgram, commandNamed, usageError } from './program.ts';
import { PartialFailure, type Session } from './session.ts';

/** Runs the command line. Everything that goes wrong is thrown. */
export async function main(argv: readonly string[], session: Session): Promise<void> {
  const words = argv.length === 0 ? await menu() : argv;
  const print = (text: string): void => void process.stdout.write(text);
  const program = await buildProgram(
    words,
    await ownVersion(),
    (options) => session.runner(commandNamed(words) ?? '', options),
    print,
  );
  if (words.length === 0) program.outputHelp();
  else await program.parseAsync(words, { from: 'user' });
}

async function ownVersion(): Promise<string> {
  const path = new URL('../../package.json', import.meta.url);
  const manifest: unknown = JSON.parse(await readFile(path, 'utf8'));
  const known = typeof manifest === 'object' && manifest !== null && 'version' in manifest;
  return known ? String(manifest.version) : 'unknown';
}

/** Without arguments: a menu in a terminal; elsewhere nothing, and the help is printed. */
async function menu(): Promise<string[]> {
  if (!process.stdin.isTTY || !process.stderr.isTTY) return [];
  const { isCancel, select } = await import('@clack/prompts');
  const choice = await select({
    message: 'What would you like to do?',
    options: [
      { value: 'create', label: 'Make a variant', hint: 'a second Claude Code beside yours' },
      { value: 'update', label: 'Bring all variants up to date' },
      { value: 'list', label: 'List the variants' },
      { value: '--help', label: 'Show the commands' },
    ],
    output: process.stderr,
  });
  if (!isCancel(choice)) return [choice];
  throw new CcMirrorError('interrupted', 'Cancelled; nothing was changed.');
}

/**
 * Reports what was thrown: a document on standard output with --json, else two lines on standard
 * error. Returns the status to end with.
 */
export function reportFailure(thrown: unknown, argv: readonly string[]): number {
  const command = commandNamed(argv);
  const usage = thrown instanceof CommanderError ? usageError(thrown, command) : thrown;
  if (usage === null) return 0;
  const partial = usage instanceof PartialFailure ? usage : null;
  const failure = describeFailure(partial ? partial.result.error : usage);
  if (argv.includes('--json')) {
    const { code, message, hint } = failure;
    const data = partial ? { data: partial.result.data } : {};
    const document = {
      schemaVersion: 1,
      command,
      ok: false,
      error: { code, message, hint: hint ?? null },
      ...data,
    };
    process.stdout.write(`${JSON.stringify(document)}\n`);
  } else process.stderr.write(failureText(failure, argv.includes('--verbose') ? usage : null));
  return failure.status;
}

function failureText({ message, hint }: Failure, detail: unknown): string {
  const lines = [`error: ${message}`];
  if (hint !== undefined) lines.push(`  → ${hint}`);
  for (let cause = detail instanceof Error ? detail : null; cause; cause = causeOf(cause)) {
    lines.push(cause.stack ?? cause.message);
  }
  return `${lines.join('\n')}\n`;
}

function causeOf({ cause }: Error): Error | null {
  return cause instanceof Error ? cause : null;
}
