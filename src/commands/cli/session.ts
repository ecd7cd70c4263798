import { homedir } from 'node:os';
import { missingFolders } from '../../disk/folders.ts';
import { recoverHome } from '../../home/with-home.ts';
import { layoutOf } from '../../variant/layout.ts';
import {
  type TerminalProgress,
  lineProgress,
  noProgress,
  spinnerProgress,
} from '../../ui/terminal.ts';
import { printable } from '../../ui/printable.ts';
import type { CommandContext, CommandResult, Runner } from './command.ts';
import type { GlobalOptions } from './program.ts';

/** One run of the program: its progress display and its output. */
export class Session {
  readonly signal: AbortSignal;
  #progress: TerminalProgress = noProgress;

  constructor(signal: AbortSignal) {
    this.signal = signal;
  }

  /** Runs a command's work and prints its result, then throws a partial failure. */
  runner(commandName: string, options: () => GlobalOptions): Runner {
    return async (work) => {
      const { json = false, quiet = false, yes = false, keep = false, home, binDir } = options();
      const terminal = process.stderr.isTTY && !json;
      if (!quiet) {
        this.#progress = terminal
          ? await spinnerProgress(process.stderr)
          : lineProgress(process.stderr);
      }
      const progress = this.#progress;
      const { env: environment, platform } = process;
      const userHome = environment['HOME'] || homedir();
      const context: CommandContext = {
        layout: layoutOf({ home, binDir, environment, userHome, platform }),
        environment,
        userHome,
        signal: this.signal,
        progress: {
          ...progress,
          step: (text) => {
            this.signal.throwIfAborted();
            progress.step(text);
          },
        },
        keepUnused: keep,
        interactive: terminal && process.stdin.isTTY && !yes,
        yes,
      };
      missingFolders(context.layout.home);
      await recoverHome(context);
      const result = await work(context);
      this.#progress.finish(result.error === undefined ? 'done' : 'failed');
      printResult(commandName, result, { json, quiet });
      if (result.error !== undefined) throw new PartialFailure(result);
    };
  }

  /** Restores the terminal after a failure. */
  fail(): void {
    this.#progress.finish('failed');
  }
}

/** A failure with data: already printed as text, or to be printed with the error as JSON. */
export class PartialFailure extends Error {
  readonly result: CommandResult;

  constructor(result: CommandResult) {
    super('partial failure', { cause: result.error });
    this.result = result;
  }
}

function printResult(
  command: string,
  { data, text, error }: CommandResult,
  { json, quiet }: { json: boolean; quiet: boolean },
): void {
  if (json && error === undefined) {
    process.stdout.write(`${JSON.stringify({ schemaVersion: 1, command, ok: true, data })}\n`);
  } else if (!json && !quiet) process.stdout.write(`${printable(text)}\n`);
}
