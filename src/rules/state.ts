import {
  mkdirSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { systemCode } from '../errors.ts';
import { ifExists } from '../disk/if-exists.ts';

/** Facts about a session, each in a small file, so that concurrent processes lose none. */
export interface SessionState {
  names(): string[];
  /** A fact's text, and when it was set, in milliseconds since 1970; null if it is not set. */
  read(name: string): { text: string; at: number } | null;
  set(name: string, text: string): void;
  /** Sets a fact unless it is set; returns whether this process did. */
  claim(name: string, text: string): boolean;
  /** Deletes a fact; its text goes to one process only. */
  take(name: string): string | null;
}

const maximumAge = 30 * 24 * 3_600_000;

/**
 * The state of the session with this id, in a subfolder of `folder`. The first fact creates that
 * subfolder and deletes those of sessions that have been unused for 30 days.
 * @throws {TypeError} for an id that is not a safe file name
 */
export function sessionState(folder: string, session: string, now: number): SessionState {
  if (!/^\w[\w-]{0,99}$/u.test(session)) throw new TypeError(`"${session}" is not a session id`);
  const own = join(folder, session);
  const pathOf = (name: string): string => join(own, name.replaceAll(/[^\w.@-]/gu, '-'));
  const write = (path: string, text: string, flag: 'w' | 'wx'): void => {
    try {
      writeFileSync(path, text, { flag });
    } catch (error) {
      if (systemCode(error) !== 'ENOENT') throw error;
      mkdirSync(own, { recursive: true });
      writeFileSync(path, text, { flag });
      deleteOld(folder, now);
    }
  };
  return {
    names: () => (ifExists(() => readdirSync(own)) ?? []).filter((name) => !name.startsWith('.')),
    read: (name) =>
      ifExists(() => {
        const path = pathOf(name);
        return { at: statSync(path).mtimeMs, text: readFileSync(path, 'utf8') };
      }),
    set: (name, text) => {
      const aside = join(own, `.${process.pid}`);
      write(aside, text, 'w');
      renameSync(aside, pathOf(name));
    },
    claim: (name, text) => {
      try {
        write(pathOf(name), text, 'wx');
        return true;
      } catch (error) {
        if (systemCode(error) === 'EEXIST') return false;
        throw error;
      }
    },
    take: (name) =>
      ifExists(() => {
        const aside = join(own, `.${process.pid}`);
        renameSync(pathOf(name), aside);
        const text = readFileSync(aside, 'utf8');
        rmSync(aside);
        return text;
      }),
  };
}

function deleteOld(folder: string, now: number): void {
  for (const name of readdirSync(folder)) {
    const path = join(folder, name);
    const changed = ifExists(() => statSync(path).mtimeMs);
    if (changed !== null && now - changed > maximumAge) {
      rmSync(path, { recursive: true, force: true });
    }
  }
}
