import { addUser, linkSettings } from './user.ts';
import { type FaultWorld, versions } from './world.ts';

/** A command to be stopped at every point, in a world that has the variants `kept` and `beside`. */
export interface Scenario {
  name: string;
  /** What is done to the world first. */
  prepare: (world: FaultWorld) => Promise<void>;
  command: string[];
  /** The variants that it is not about: they stay as they are, also while it is cut off. */
  bystanders: string[];
  /** The variants that are there before, and after. */
  before: string[];
  after: string[];
  /** What works where the command had been finished. */
  goOn: string[];
  /** Every how many-th point the long form takes. */
  step: number;
}

const from = (version: string): string[] => ['--from', `claude-${version}`];
const provider = ['--provider', 'mirror', '--base-url', '$TEST_URL', '--api-key-env', 'TEST_KEY'];
const updateKept = ['update', 'kept', ...from(versions.new), '--skills', 'router'];
const make = (name: string, version: string): string[] => [
  'quick',
  name,
  ...provider,
  ...from(version),
];
const unproved = '--no-probe';
const nothing = async (): Promise<void> => undefined;

const updating: Omit<Scenario, 'name' | 'command' | 'prepare'> = {
  bystanders: ['beside'],
  before: ['beside', 'kept'],
  after: ['beside', 'kept'],
  goOn: ['update', 'kept', unproved],
  step: 1,
};
const creating: Omit<Scenario, 'name' | 'command'> = {
  prepare: nothing,
  bystanders: ['beside', 'kept'],
  before: ['beside', 'kept'],
  after: ['beside', 'fresh', 'kept'],
  goOn: ['update', 'fresh', unproved],
  step: 1,
};

export const scenarios: readonly Scenario[] = [
  { ...creating, name: 'create', command: [...make('fresh', versions.new), unproved] },
  { ...creating, name: 'create-proved', command: make('fresh', versions.new), step: 7 },
  { ...updating, name: 'update', command: [...updateKept, unproved], prepare: nothing },
  { ...updating, name: 'update-proved', command: updateKept, prepare: nothing, step: 7 },
  {
    ...updating,
    name: 'update-linked',
    command: [...updateKept, unproved],
    prepare: ({ root }) => linkSettings(root),
    step: 5,
  },
  {
    ...updating,
    name: 'rollback',
    command: ['rollback', 'kept'],
    prepare: (world) => succeed(world, [...updateKept, unproved]),
  },
  {
    name: 'remove',
    command: ['remove', 'gone', '--yes'],
    prepare: (world) => succeed(world, [...make('gone', versions.new), unproved]),
    bystanders: ['beside', 'kept'],
    before: ['beside', 'gone', 'kept'],
    after: ['beside', 'kept'],
    goOn: ['update', 'kept', unproved],
    step: 1,
  },
  {
    name: 'prune',
    command: ['store', 'prune'],
    prepare: async (world) => {
      await succeed(world, [...make('gone', versions.new), unproved]);
      await succeed(world, ['remove', 'gone', '--yes']);
    },
    bystanders: ['beside', 'kept'],
    before: ['beside', 'kept'],
    after: ['beside', 'kept'],
    goOn: ['store', 'prune'],
    step: 1,
  },
];

/** The variants that every scenario starts with, and the user's own files. */
export async function prepareBase(world: FaultWorld): Promise<void> {
  await succeed(world, [...make('beside', versions.old), unproved]);
  await succeed(world, [
    ...make('kept', versions.old),
    '--skills',
    'orchestration,router',
    unproved,
  ]);
  await addUser(world.root);
}

async function succeed(world: FaultWorld, words: readonly string[]): Promise<void> {
  const { status, stdout, stderr } = await world.run(words);
  if (status === 0) return;
  throw new Error(`${words.join(' ')} ended with ${status}: ${stdout}\n${stderr}`);
}
