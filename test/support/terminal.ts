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

/** Runs `command` in a terminal for `act`; when that is over, the program has ended. */
export async function withTerminal<T>(
  {
    command,
    cwd,
    env,
    folder,
  }: { command: string; cwd: string; env: Record<string, string>; folder: string },
  act: (terminal: Terminal) => Promise<T>,
): Promise<T> {
  const tmux = async (...args: string[]): Promise<string> =>
    (await execa('tmux', ['-S', join(folder, 'tmux'), ...args])).stdout;
  const variables = Object.entries(env).map(([name, value]) => `${name}=${value}`);
  const size = ['-x', '120', '-y', '40'];
  await tmux('new-session', '-d', ...size, '-c', cwd, 'env', '-i', ...variables, command);
  const pid = Number(await tmux('display-message', '-p', '#{pane_pid}'));
  try {
    return await act({
      async press(...keys) {
        await tmux('send-keys', ...keys);
      },
      async until(wanted) {
        for (let i = 0; i < 150; i++) {
          const text = await tmux('capture-pane', '-p');
          if (wanted.test(text)) return text;
          await delay(200);
        }
        throw new Error(`the screen never showed ${wanted}:\n${await tmux('capture-pane', '-p')}`);
      },
    });
  } finally {
    await tmux('kill-server');
    while (isAlive(pid)) await delay(50);
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
