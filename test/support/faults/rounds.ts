import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { randomOf } from '../../fuzz/random.ts';
import { listIn } from './documents.ts';
import { type FaultWorld, versions } from './world.ts';

/** What commands at the same time may end with: done, no such variant, or taken or busy. */
const statuses = [0, 3, 7];
const commandsAtOnce = 8;

/**
 * Starts eight commands at once in a world with the variants `kept` and `beside`, chosen by the
 * round's number, and looks at what they leave: what is wrong, one line each.
 */
export async function tryRound(world: FaultWorld, round: number): Promise<string[]> {
  await world.restore('base');
  const commands = commandsOf(round);
  const ended = await Promise.all(commands.map((words) => world.run(words)));
  const problems: string[] = [];
  const expected = new Map([
    ['beside', 1],
    ['kept', 1],
  ]);
  for (const [index, { status, signal, stdout, stderr }] of ended.entries()) {
    const [command = '', name = ''] = commands[index] ?? [];
    if (!statuses.includes(status ?? -1))
      problems.push(`${commands[index]?.join(' ')}: ${status ?? signal}: ${stdout} ${stderr}`);
    if (status !== 0) continue;
    const count = expected.get(name) ?? 0;
    if (command === 'quick') expected.set(name, count + 1);
    if (command === 'remove') expected.set(name, count - 1);
  }
  const names = [...expected].filter(([, count]) => count === 1).map(([name]) => name);
  if ([...expected.values()].some((count) => count !== 0 && count !== 1))
    problems.push(`made and removed do not fit: ${JSON.stringify([...expected])}`);
  problems.push(...(await endProblems(world, names.toSorted())));
  return problems.length === 0
    ? []
    : [
        `round ${round}: ${commands.map((words) => words.slice(0, 2).join(' ')).join(', ')}`,
        ...problems,
      ];
}

/** The list and the tree are of one mind, nothing half-made lies about, and every variant starts. */
async function endProblems(world: FaultWorld, names: readonly string[]): Promise<string[]> {
  const problems: string[] = [];
  const { status, stdout } = await world.run(['list']);
  if (status !== 0) return [`list ended with ${status}: ${stdout}`];
  const { variants, unreadable } = listIn(stdout);
  if (unreadable.length > 0) problems.push(`unreadable: ${JSON.stringify(unreadable)}`);
  const listed = variants.map(({ name }) => name);
  const wanted = names.join(' ');
  const folders = await readdir(join(world.root, 'mirror'));
  const commands = await readdir(join(world.root, 'bin'));
  for (const [what, found] of Object.entries({
    'list shows': listed,
    'in the home lie': folders.filter((name) => name !== '.store' && name !== 'providers'),
    'as commands there are': commands.filter((name) => name !== 'own-tool'),
  })) {
    if (found.toSorted().join(' ') !== wanted)
      problems.push(`${what} ${found.join(' ')}, not ${wanted}`);
  }
  for (const path of (await world.tree()).keys()) {
    if (/(^|\/)\.(tmp|staging|lock|removed)|\.tmp$/.test(path)) problems.push(`left: ${path}`);
  }
  for (const { name, claudeVersion } of variants) {
    const launched = await world.launch(name);
    if (launched.status !== 0 || launched.version !== claudeVersion)
      problems.push(`${name} (${claudeVersion}) runs ${launched.version}: ${launched.stderr}`);
  }
  return problems;
}

/** Two that make one variant, two that remove one, and others beside them, in any order. */
function commandsOf(round: number): string[][] {
  const random = randomOf(round);
  const version = (): string[] => [
    '--from',
    `claude-${random.pick(Object.values(versions))}`,
    '--no-probe',
  ];
  const make = (name: string): string[] => [
    'quick',
    name,
    '--provider',
    'mirror',
    '--base-url',
    '$TEST_URL',
    ...version(),
  ];
  const update = (name: string): string[] => ['update', name, ...version()];
  const some = [
    () => make('other'),
    () => update('kept'),
    () => update('beside'),
    () => update('fresh'),
    () => ['remove', 'fresh', '--yes'],
    () => ['remove', 'other', '--yes'],
    () => ['list'],
  ];
  const fixed = [
    make('fresh'),
    make('fresh'),
    update('kept'),
    ['remove', 'beside', '--yes'],
    ['list'],
  ];
  const rest = Array.from({ length: commandsAtOnce - fixed.length }, () => random.pick(some)());
  const commands = [...fixed, ...rest];
  return commands
    .map((words) => ({ words, at: random.below(1000) }))
    .toSorted((a, b) => a.at - b.at)
    .map(({ words }) => words);
}
