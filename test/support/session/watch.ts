import childProcess from 'node:child_process';
import fsPromises from 'node:fs/promises';
import { syncBuiltinESMExports } from 'node:module';
import { onTestFinished } from 'vitest';

/** A file that this process wrote, at the moment at which it did: it may be gone by now. */
interface Written {
  path: string;
  content: Buffer;
  /** The permission bits of the file after that. */
  mode: number;
}

/** What this process has done to the outside since it is watched. */
export interface Watch {
  written: Written[];
  /** Paths that were made, moved or linked, with where they went. */
  named: string[];
  /** The words of the processes that were started, and their environments; null: that of this one. */
  started: { words: string[]; environment: NodeJS.ProcessEnv | null }[];
}

let refused: { path: RegExp; error: Error } | null = null;

/** Lets the watched process fail to open files of that path with an error; null: no more. */
export function failWriting(path: RegExp | null, error = new Error('refused')): void {
  refused = path && { path, error };
}

function refuse(path: unknown): void {
  if (refused?.path.test(String(path))) throw refused.error;
}

/**
 * Records what this process writes through `node:fs/promises`, which all of cc-mirror does, and
 * every process that it starts, until the running test has finished.
 */
export function watchProcess(): Watch {
  const watch: Watch = { written: [], named: [], started: [] };
  const record = async (path: unknown, content: unknown): Promise<void> => {
    const { mode } = await real.stat(String(path));
    watch.written.push({ path: String(path), content: bytesOf(content), mode: mode & 0o777 });
  };
  const real = { ...fsPromises };
  replace(fsPromises, {
    async writeFile(...args: Parameters<typeof real.writeFile>) {
      refuse(args[0]);
      await real.writeFile(...args);
      await record(args[0], args[1]);
    },
    async open(...args: Parameters<typeof real.open>) {
      if (args[1] !== 'r') refuse(args[0]);
      const file = await real.open(...args);
      for (const name of ['writeFile', 'write'] as const) {
        const write = file[name].bind(file);
        const recorded = async (...given: unknown[]): Promise<unknown> => {
          const result: unknown = await Reflect.apply(write, file, given);
          await record(args[0], given[0]);
          return result;
        };
        Object.defineProperty(file, name, { value: recorded });
      }
      return file;
    },
  });
  for (const name of ['mkdir', 'rename', 'link', 'symlink', 'copyFile'] as const) {
    replace(fsPromises, {
      [name](...args: unknown[]): unknown {
        watch.named.push(...args.slice(0, 2).filter((arg) => typeof arg === 'string'));
        return Reflect.apply(real[name], fsPromises, args);
      },
    });
  }
  for (const name of ['spawn', 'execFile', 'spawnSync', 'execFileSync'] as const) {
    const start = childProcess[name];
    const recorded = (...args: unknown[]): unknown => {
      watch.started.push(startedBy(args));
      return Reflect.apply(start, childProcess, args);
    };
    // `promisify` finds another form of it there.
    replace(childProcess, { [name]: Object.assign(recorded, start) });
  }
  return watch;
}

function startedBy(args: readonly unknown[]): Watch['started'][number] {
  const [command, words] = args;
  const options = args.find((arg) => typeof arg === 'object' && arg !== null && 'env' in arg);
  const environment = options && typeof options === 'object' && 'env' in options && options.env;
  return {
    words: [command, ...(Array.isArray(words) ? words : [])].map(String),
    environment: environment ? { ...environment } : null,
  };
}

/** Replaces functions of a module of Node for all who import it, until the test has finished. */
function replace<T extends object>(module: T, functions: Partial<T>): void {
  const before = Object.fromEntries(
    Object.keys(functions).map((name) => [name, Reflect.get(module, name)]),
  );
  Object.assign(module, functions);
  syncBuiltinESMExports();
  onTestFinished(() => {
    Object.assign(module, before);
    syncBuiltinESMExports();
  });
}

function bytesOf(content: unknown): Buffer {
  if (Buffer.isBuffer(content)) return Buffer.from(content);
  return content instanceof Uint8Array ? Buffer.from(content) : Buffer.from(String(content));
}
