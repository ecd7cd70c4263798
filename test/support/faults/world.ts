import { mkdir, mkdtemp, readFile, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { startApi } from '../../../src/probe/api.ts';
import { cli } from '../claude.ts';
import { writeFakeClaude } from '../fake-claude.ts';
import { type Tree, treeOf } from './tree.ts';

/** What happens to one run of cc-mirror; `at` is the number of a call that changes something. */
export type Fault =
  | { mode: 'count' }
  /** The process is killed before the call, when half of it is done, or after it. */
  | { mode: 'kill'; at: number; form: 'before' | 'torn' | 'after' }
  /** The call fails; torn: when half of it is done. */
  | { mode: 'fail'; at: number; form: 'before' | 'torn'; code: Refusal }
  /** Every call below a folder of the world fails from then on. */
  | { mode: 'fail-from'; at: number; code: Refusal; below: 'mirror' | 'bin' };
type Refusal = 'ENOSPC' | 'EACCES';

/** A call of fs that changes something, as the preload has seen it. */
export interface Call {
  number: number;
  function: string;
  path: string;
  to?: string;
  /** Whether there is a half of it. */
  torn: boolean;
  /** What the system may answer. */
  refusals: Refusal[];
}

/** One run of cc-mirror that has ended, by itself (`status`) or by a signal. */
export interface Ended {
  status: number | undefined;
  signal: string | undefined;
  stdout: string;
  stderr: string;
  calls: Call[];
}

/** What a variant's command ran. */
export interface Launched {
  status: number | undefined;
  stderr: string;
  /** The version in the request that it sent; null: none came. */
  version: string | null;
  tools: string[];
  configDir: unknown;
}

/** A user's world in one folder: `user` (HOME), `mirror`, `bin`, `tmp` and two versions of Claude Code. */
export interface FaultWorld {
  root: string;
  run: (words: readonly string[], fault?: Fault) => Promise<Ended>;
  launch: (name: string) => Promise<Launched>;
  /** Everything but temporary files. */
  tree: () => Promise<Tree>;
  /** Keeps the world as it is now under a name; `restore` brings it back. */
  save: (name: string) => Promise<void>;
  restore: (name: string) => Promise<void>;
  close: () => Promise<void>;
}

export const versions = { old: '2.1.16', new: '2.1.20' };

const preload = new URL('preload.mjs', import.meta.url).href;
const key = 'test-key-0123456789-0123456789';

/** A world without variants. */
export async function newFaultWorld(): Promise<FaultWorld> {
  const folder = await realpath(await mkdtemp(join(tmpdir(), 'cc-mirror-faults-')));
  const root = join(folder, 'world');
  for (const name of ['user', 'mirror', 'bin', 'tmp']) {
    await mkdir(join(root, name), { recursive: true });
  }
  for (const version of Object.values(versions)) {
    await writeFakeClaude(join(root, `claude-${version}`), { version });
  }
  const api = await startApi(() => ({ type: 'text', text: 'ok' }));
  const bin = join(root, 'bin');
  const environment = {
    HOME: join(root, 'user'),
    PATH: [bin, '/usr/bin', '/bin'].join(':'),
    SHELL: '/bin/sh',
    TMPDIR: join(root, 'tmp'),
  };
  const home = { CC_MIRROR_HOME: join(root, 'mirror'), CC_MIRROR_BIN_DIR: bin };
  const common = { cwd: root, extendEnv: false, reject: false, stdin: 'ignore' } as const;
  const log = join(folder, 'calls');
  const copy = async (from: string, to: string): Promise<void> => {
    await rm(to, { recursive: true, force: true });
    await execa('cp', ['-a', from, to]);
  };

  return {
    root,
    run: async (words, fault) => {
      await rm(log, { force: true });
      const below = fault?.mode === 'fail-from' ? { below: join(root, fault.below) } : {};
      const env = { ...environment, ...home, TEST_KEY: key, TEST_URL: api.url };
      const given = words.map((word) => (word === '$TEST_URL' ? api.url : word));
      const ended = await execa(
        process.execPath,
        [...(fault ? ['--import', preload] : []), cli, ...given, '--json'],
        {
          ...common,
          env: {
            ...env,
            ...(fault && { CC_MIRROR_FAULT: JSON.stringify({ ...fault, ...below, log }) }),
          },
        },
      );
      const calls = fault ? callsIn(await readFile(log, 'utf8')) : [];
      const { exitCode: status, signal, stdout, stderr } = ended;
      return { status, signal, stdout, stderr, calls };
    },
    launch: async (name) => {
      const start = (words: string[]) =>
        execa(join(bin, name), words, { ...common, env: environment });
      const sent = api.requests.length;
      const session = await start([]);
      const request = api.requests[sent];
      const printed = await start(['env']);
      const variables: Record<string, unknown> =
        printed.stdout === '' ? {} : JSON.parse(printed.stdout);
      return {
        status: session.exitCode || printed.exitCode,
        stderr: session.stderr + printed.stderr,
        version: /^claude-cli\/(\S+)/.exec(request?.headers['user-agent'] ?? '')?.[1] ?? null,
        tools: request?.body.tools?.map((tool) => tool.name) ?? [],
        configDir: variables['CLAUDE_CONFIG_DIR'],
      };
    },
    tree: () => treeOf(root, ['tmp']),
    save: (name) => copy(root, join(folder, name)),
    restore: (name) => copy(join(folder, name), root),
    close: async () => {
      await api.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** Its last line may be cut: the process was killed. */
function callsIn(log: string): Call[] {
  return log
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line));
}
