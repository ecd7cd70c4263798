import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import * as z from 'zod';
import { acquireBundle, openStored } from '../../src/bundle/acquire.ts';
import type { StoredBundle } from '../../src/bundle/store/store-record.ts';
import { Store } from '../../src/bundle/store/store.ts';
import type { Bundle } from '../../src/bundle/types.ts';
import { silentProgress } from '../../src/ui/progress.ts';

/** Where published builds are kept between test runs: a cc-mirror home, outside the repository. */
export const testHome =
  process.env['CC_MIRROR_TEST_CACHE'] ??
  join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'cc-mirror-tests');

/** The built program. */
export const cli = new URL('../../dist/cli.js', import.meta.url).pathname;

/** The builds of `npm test`: the last JavaScript build and the newest native one. */
export const twoBuilds = ['2.1.112', 'latest'] as const;

/** Fetches a published build into the test home, as the product does; no network is a failure. */
export async function fetchStored(version: string): Promise<StoredBundle> {
  const store = join(testHome, '.store');
  await mkdir(store, { recursive: true });
  const source =
    version === 'latest' ? { kind: 'latest' as const } : { kind: 'exact' as const, version };
  return acquireBundle(source, {
    store: new Store(store),
    search: { path: '', userHome: '', isOurs: () => false },
    signal: new AbortController().signal,
    progress: silentProgress,
  });
}

export async function fetchBuild(version: string): Promise<Bundle> {
  return openStored(await fetchStored(version), silentProgress);
}

/** A user's world made from nothing: a home folder, a bin folder on PATH, no variables. */
export interface World {
  home: string;
  bin: string;
  environment: Record<string, string>;
  /** Runs cc-mirror with --json; the document and the exit status. */
  ccMirror(
    args: string[],
    options?: RunOptions,
  ): Promise<{ status: number; document: Document; stderr: string }>;
}

interface RunOptions {
  environment?: Record<string, string>;
  input?: string;
  cwd?: string;
}

const documentSchema = z.object({
  schemaVersion: z.literal(1),
  command: z.string(),
  ok: z.boolean(),
  // Tests look into every command's own shape.
  data: z.any().optional(),
  error: z
    .object({ code: z.string(), message: z.string(), hint: z.string().optional() })
    .optional(),
});
type Document = z.infer<typeof documentSchema>;
/** What `quick` says of a variant. */
export type VariantData = Document['data'];

export const testKey = 'test-key-0123456789-0123456789';

/** Runs `act` in a fresh world on top of the shared test home, and removes the world afterwards. */
export async function withWorld<T>(act: (world: World) => Promise<T>): Promise<T> {
  const home = await mkdtemp(join(tmpdir(), 'cc-mirror-world-'));
  const bin = join(home, '.local', 'bin');
  const node = join(process.execPath, '..');
  const environment: Record<string, string> = {
    HOME: home,
    PATH: [bin, node, '/usr/local/bin', '/usr/bin', '/bin'].join(':'),
    SHELL: '/bin/bash',
    CC_MIRROR_HOME: testHome,
  };
  const ccMirror: World['ccMirror'] = async (args, options = {}) => {
    const { exitCode, stdout, stderr } = await execa(process.execPath, [cli, ...args, '--json'], {
      env: { ...environment, ...options.environment },
      extendEnv: false,
      reject: false,
      ...(options.cwd !== undefined && { cwd: options.cwd }),
      ...(options.input === undefined ? { stdin: 'ignore' } : { input: options.input }),
    });
    return { status: exitCode ?? -1, document: documentSchema.parse(JSON.parse(stdout)), stderr };
  };
  try {
    return await act({ home, bin, environment, ccMirror });
  } finally {
    await rm(home, { recursive: true, force: true });
  }
}

/** The same with a published build: its exact version, and where it is stored. */
export async function withBuild<T>(
  version: string,
  act: (world: World, build: StoredBundle) => Promise<T>,
): Promise<T> {
  const build = await fetchStored(version);
  return withWorld((world) => act(world, build));
}

/** A world whose commands find a key in TEST_KEY. */
export function withKey(world: World): World {
  const ccMirror: World['ccMirror'] = (args, options = {}) =>
    world.ccMirror(args, {
      ...options,
      environment: { TEST_KEY: testKey, ...options.environment },
    });
  return { ...world, ccMirror };
}

/** Makes a variant for `act` and removes it afterwards. */
export async function withVariant<T>(
  world: World,
  name: string,
  args: readonly string[],
  act: (data: VariantData) => Promise<T>,
): Promise<T> {
  await world.ccMirror(['remove', name, '--yes']);
  const { status, document } = await world.ccMirror(['quick', name, ...args]);
  if (status !== 0)
    throw new Error(
      `quick ${args.join(' ')} ended with ${status}: ${JSON.stringify(document.error)}`,
    );
  try {
    return await act(document.data);
  } finally {
    await world.ccMirror(['remove', name, '--yes']);
  }
}

/** What doctor finds under one check, as `level: message`. */
export async function findingsOf(
  world: World,
  name: string,
  check: string,
  { cwd = world.home, probe = false } = {},
): Promise<string[]> {
  const args = ['doctor', name, ...(probe ? [] : ['--no-probe'])];
  const { document } = await world.ccMirror(args, { cwd });
  const findings: Record<'check' | 'level' | 'message', string>[] =
    document.data.variants[0].findings;
  return findings
    .filter((finding) => finding.check === check)
    .map(({ level, message }) => `${level}: ${message}`);
}
