import type { SpinnerResult } from '@clack/prompts';
import { printable } from './printable.ts';
import { type Progress, silentProgress } from './progress.ts';

/** Progress with an end: `finish` always restores the terminal. */
export interface TerminalProgress extends Progress {
  finish(outcome: 'done' | 'failed'): void;
}

/** Progress on a terminal: a spinner for the current step, a mark for each that is done. */
export async function spinnerProgress(output: NodeJS.WriteStream): Promise<TerminalProgress> {
  const { settings, spinner } = await import('@clack/prompts');
  let running: { spinner: SpinnerResult; text: string; release: () => void } | null = null;
  const end = (outcome: 'done' | 'failed'): void => {
    if (!running) return;
    if (outcome === 'done') running.spinner.stop(running.text);
    else running.spinner.error(running.text);
    running.release();
    running = null;
  };
  return {
    step(text) {
      end('done');
      const release = keepInterrupts(settings.aliases);
      running = {
        spinner: spinner({ output, indicator: 'timer', withGuide: false }),
        text,
        release,
      };
      running.spinner.start(printable(text));
    },
    bytes(done, total) {
      running?.spinner.message(`${running.text} · ${amount(done, total)}`);
    },
    note(text) {
      end('done');
      output.write(`note: ${printable(text)}\n`);
    },
    finish: end,
  };
}

/** Progress without a terminal: a line for each step, and one for every 25 MB. */
export function lineProgress(output: NodeJS.WritableStream): TerminalProgress {
  let reported = 0;
  return {
    step(text) {
      reported = 0;
      output.write(`- ${printable(text)}\n`);
    },
    bytes(done, total) {
      if (done - reported < 25e6) return;
      reported = done;
      output.write(`  ${amount(done, total)}\n`);
    },
    note(text) {
      output.write(`note: ${printable(text)}\n`);
    },
    finish() {},
  };
}

export const noProgress: TerminalProgress = { ...silentProgress, finish() {} };

function amount(done: number, total: number | null): string {
  const megabytes = (bytes: number): string => (bytes / 1e6).toFixed(0);
  return total === null
    ? `${megabytes(done)} MB`
    : `${megabytes(done)} of ${megabytes(total)} MB (${Math.floor((done / total) * 100)} %)`;
}

/**
 * clack's spinner reads the keyboard and, on Ctrl-C and Escape, exits with status 0 without cleaning
 * up. This takes these keys from it and turns Ctrl-C into SIGINT, which the program handles. Returns a
 * function that gives them back.
 */
function keepInterrupts(aliases: Map<string, unknown>): () => void {
  const taken = [...aliases].filter(([, action]) => action === 'cancel');
  for (const [key] of taken) aliases.delete(key);
  const onKey = (_: unknown, key: { ctrl?: boolean; name?: string }): void => {
    if (key.ctrl && key.name === 'c') process.kill(process.pid, 'SIGINT');
  };
  process.stdin.on('keypress', onKey);
  return () => {
    process.stdin.off('keypress', onKey);
    for (const [key, action] of taken) aliases.set(key, action);
  };
}
