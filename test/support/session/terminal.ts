import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { execa } from 'execa';

/** A program in a terminal of its own, made by tmux, as a person uses it. */
export interface Terminal {
  /** Presses keys, in tmux's names, or types text. */
  press: (...keys: string[]) => Promise<void>;
  /** Waits until the screen shows `wanted`; the screen's text. */
  until: (wanted: RegExp) => Promise<string>;
}

export interface TerminalOptions {
  command: string;
  args?: readonly string[];
  cwd: string;
  env: Record<string, string>;
  /** Where tmux has its socket. */
  folder: string;
  /** The program knows that it is in tmux, and may make panes. */
  knowsTmux?: boolean;
}

/** Runs `command` in a terminal for `act`; when that is over, it and what it put in panes have ended. */
export async function withTerminal<T>(
  { command, args = [], cwd, env, folder, knowsTmux = false }: TerminalOptions,
  act: (terminal: Terminal) => Promise<T>,
): Promise<T> {
  const started = { env, extendEnv: false } as const;
  const tmux = async (...words: string[]): Promise<string> =>
    (await execa('tmux', ['-S', join(folder, 'tmux'), '-f', '/dev/null', ...words], started))
      .stdout;
  const variables = Object.entries(env).map(([name, value]) => `${name}=${value}`);
  const alone = knowsTmux ? [] : ['env', '-i', ...variables];
  const session = ['new-session', '-d', '-x', '120', '-y', '40', '-c', cwd, ...alone, command];
  // What a program says as it ends stays on the screen.
  await tmux('set', '-g', 'remain-on-exit', 'on', ';', ...session, ...args);
  try {
    return await act({
      async press(...keys) {
        await tmux('send-keys', '-t', '%0', ...keys);
      },
      async until(wanted) {
        let text = '';
        for (let i = 0; i < 150; i++) {
          const dead = await tmux('display', '-p', '-t', '%0', '#{pane_dead}');
          // tmux does not always write that itself.
          const ended = dead === '1' ? '\nPane is dead' : '';
          text = (await tmux('capture-pane', '-p', '-t', '%0')) + ended;
          if (wanted.test(text)) return text;
          await delay(200);
        }
        throw new Error(`the screen never showed ${wanted}:\n${text}`);
      },
    });
  } finally {
    const panes = await tmux('list-panes', '-a', '-F', '#{pane_pid}');
    await tmux('kill-server');
    for (const pid of panes.split('\n').map(Number)) while (isAlive(pid)) await delay(50);
  }
}

/**
 * Brings a session that has just started to its prompt, as a user does who trusts the project's folder.
 * The dialog can be drawn anew, with its first answer chosen, after a key was taken.
 */
export async function toPrompt({ press, until }: Terminal): Promise<void> {
  const dialog = /❯\s+(?:\d\.\s+)?(Yes|No)/;
  for (;;) {
    const screen = await until(/❯\s+(?:\d\.\s+)?(?:Yes|No)|^❯[^]*(?:shift\+tab|for shortcuts)/m);
    const chosen = dialog.exec(screen)?.[1];
    if (chosen === undefined) return;
    await press(chosen === 'Yes' ? 'Enter' : 'Down');
    await delay(300);
  }
}

/** Types a prompt and sends it once the screen shows it. */
export async function ask({ press, until }: Terminal, prompt: string): Promise<void> {
  await press('-l', prompt);
  await until(new RegExp(`❯\\s+${prompt}`));
  await press('Enter');
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
