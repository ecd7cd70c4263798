import { vi } from 'vitest';
import { main, reportFailure } from '../../../src/commands/cli/main.ts';
import { Session } from '../../../src/commands/cli/session.ts';
import { type World, newWorld } from '../variant/world.ts';

/** What one run of the command line printed and ended with. */
interface Run {
  status: number;
  stdout: string;
  stderr: string;
}

export interface CommandWorld extends World {
  /** Runs the command line as the entry file does, in this process, in a world of its own. */
  run(words: readonly string[], environment?: Record<string, string>): Promise<Run>;
  /** The same with --json: the one document. */
  json(words: readonly string[], environment?: Record<string, string>): Promise<Document>;
  /** The words that create a variant of the world's Claude Code, without running it. */
  quick(name: string, ...words: string[]): string[];
}

interface Document {
  status: number;
  schemaVersion: unknown;
  command: unknown;
  ok: unknown;
  // oxlint-disable-next-line typescript/no-explicit-any -- tests look into every command's own shape
  data?: any;
  error?: { code: string; message: string; hint?: string };
}

export async function newCommandWorld(
  options?: Parameters<typeof newWorld>[0],
): Promise<CommandWorld> {
  const world = await newWorld(options);
  const run: CommandWorld['run'] = async (words, environment = {}) => {
    const variables = {
      HOME: world.root,
      PATH: '',
      SHELL: '/bin/bash',
      CC_MIRROR_HOME: '',
      CC_MIRROR_BIN_DIR: '',
      ...environment,
    };
    for (const [name, value] of Object.entries(variables)) vi.stubEnv(name, value);
    let [stdout, stderr] = ['', ''];
    const out = vi.spyOn(process.stdout, 'write').mockImplementation((chunk) => {
      stdout += String(chunk);
      return true;
    });
    const err = vi.spyOn(process.stderr, 'write').mockImplementation((chunk) => {
      stderr += String(chunk);
      return true;
    });
    const session = new Session(new AbortController().signal);
    try {
      await main(words, session);
      return { status: 0, stdout, stderr };
    } catch (error) {
      session.fail();
      const status = reportFailure(error, words);
      return { status, stdout, stderr };
    } finally {
      out.mockRestore();
      err.mockRestore();
      vi.unstubAllEnvs();
    }
  };
  const json: CommandWorld['json'] = async (words, environment) => {
    const { status, stdout } = await run([...words, '--json'], environment);
    const lines = stdout.split('\n');
    if (lines.length !== 2) throw new Error(`not one line: ${stdout}`);
    const document: Omit<Document, 'status'> = JSON.parse(stdout);
    return { status, ...document };
  };
  const quick: CommandWorld['quick'] = (name, ...words) =>
    ['quick', name, '--provider', 'mirror', '--no-probe', '--from', world.claude].concat(words);
  return { ...world, run, json, quick };
}
