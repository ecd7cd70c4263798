import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Command } from 'commander';
import { describe, expect, it, vi } from 'vitest';
import { buildProgram } from '../../../src/commands/cli/program.ts';
import { writeEarlierVariant } from '../../support/earlier-variant.ts';
import { type CommandWorld, newCommandWorld } from '../commands/run.ts';
import {
  type Page,
  hintedCommands,
  namedCommands,
  namedOptions,
  readPages,
  typedCommands,
} from './pages.ts';

/** A page's commands are run one after the other. */
vi.setConfig({ testTimeout: 120_000 });

const pages = await readPages();
const shows = (page: Page): boolean => typedCommands(page).length > 0;

/** The command line as it is declared, with the options of the command that `words` begin with. */
function programFor(words: readonly string[]): Promise<Command> {
  const run = () => () => Promise.resolve();
  return buildProgram(words, '0', run, () => {});
}

/** The command that words begin with, and what follows its name. Error: there is none. */
async function commandOf(words: readonly string[]): Promise<{ command: Command; rest: string[] }> {
  const program = await programFor(words);
  let command = program;
  let rest = [...words];
  for (;;) {
    const next = command.commands.find((one) => one.name() === rest[0]);
    if (next === undefined) break;
    [command, rest] = [next, rest.slice(1)];
  }
  if (command === program || command.commands.length > 0) {
    throw new Error(`there is no command ${words.join(' ')}`);
  }
  return { command, rest };
}

/** Every command, those of groups too. */
async function allCommands(): Promise<Command[]> {
  const names = (await programFor([])).commands.map((command) => command.name());
  const loaded = await Promise.all(
    names.map(async (name) =>
      (await programFor([name])).commands.filter((command) => command.name() === name),
    ),
  );
  return loaded.flat().flatMap((command) => [command, ...command.commands]);
}

function optionsOf(command: Command): string[] {
  const own = command.options.flatMap(({ long }) => long ?? []);
  return command.parent === null ? own : [...own, ...optionsOf(command.parent)];
}

const commandsOn = (page: Page): string[][] => [...namedCommands(page), ...typedCommands(page)];
const named = (some: readonly Page[]) => some.map((page) => [page.path, page] as const);

it.each(named(pages.filter((page) => commandsOn(page).length > 0)))(
  '%s names only existing commands and options',
  async (_, page) => {
    for (const words of commandsOn(page)) expect(await problemOf(words)).toBeNull();
  },
);

it('texts of the program name only existing commands and options', async () => {
  const names = (await programFor([])).commands.map((command) => command.name());
  const commands = await hintedCommands(names);
  expect(commands.length).toBeGreaterThan(30);
  for (const words of commands) expect(await problemOf(words)).toBeNull();
});

/** What is wrong with a command as it is named, with placeholders: an option, or too many words. */
async function problemOf(words: readonly string[]): Promise<string | null> {
  const { command, rest } = await commandOf(words);
  const options = optionsOf(command);
  const unknown = rest.filter((word) => word.startsWith('--') && !options.includes(word));
  const taken = command.registeredArguments;
  const most = taken.some(({ variadic }) => variadic) ? Infinity : taken.length;
  const first = rest.findIndex((word) => word.startsWith('--'));
  const many = (first < 0 ? rest.length : first) > most ? ['too many words'] : [];
  const problems = [...unknown, ...many];
  return problems.length > 0 ? `${words.join(' ')}: ${problems.join(', ')}` : null;
}

it('options that pages name are those of a command', async () => {
  const known = new Set([...(await allCommands()).flatMap(optionsOf), '--help', '--version']);
  const unknown = pages.flatMap((page) =>
    namedOptions(page)
      .filter((option) => !known.has(option) && !ofOthers.has(option))
      .map((option) => `${page.path}: ${option}`),
  );
  expect(unknown).toEqual([]);
});

/** Options of npm, codesign, Claude Code and the earlier package; and how several of ours begin. */
const ofOthers: ReadonlySet<string> = new Set(
  '--omit --sign --preserve-metadata --verify --no-tweak --agent-teams --resume --fork-session --bg --any --teammate-mode --api-key-'.split(
    ' ',
  ),
);

it('README has every option that quick and update share', async () => {
  const [readme] = pages;
  const shared = await Promise.all([['quick'], ['update']].map(commandOf));
  const [quick = [], update = []] = shared.map(({ command }) =>
    command.options.flatMap(({ long }) => long ?? []),
  );
  const told = readme === undefined ? [] : namedOptions(readme);
  expect(quick.filter((option) => update.includes(option) && !told.includes(option))).toEqual([]);
});

describe('commands shown in code blocks work', () => {
  it.each(named(pages.filter(shows)))('on %s', async (_, page) => {
    const world = await preparedWorld();
    const lines = new Map(typedCommands(page).map((words) => [words.join(' '), words]));
    for (const words of lines.values()) {
      if (needsDesktop(words)) continue;
      await makeWhatIsNamed(words, page, world);
      const typed = words.map((word) => asInWorld(word, world));
      const run = await world.run(typed, environmentOf(world));
      expect({ words, ...run }).toMatchObject({ words, status: 0 });
    }
  });
});

/** The desktop's keyring, which no test may touch. */
function needsDesktop(words: readonly string[]): boolean {
  return words.includes('keyring');
}

/** What the registry has as its latest is what is installed here; folders lie in the world. */
function asInWorld(word: string, { root }: CommandWorld): string {
  if (word === 'latest') return 'installed';
  return word.startsWith('./') ? join(root, word) : word;
}

function environmentOf({ root }: CommandWorld): Record<string, string> {
  return {
    PATH: join(root, 'tools'),
    ZAI_KEY: 'dummy-key-0123456789',
    KIMI_KEY: 'dummy-key-9876543210',
    CF_TOKEN: 'dummy-token-0123456789',
  };
}

/** With a Claude Code on PATH, and a skill of the user's. */
async function preparedWorld(): Promise<CommandWorld> {
  const world = await newCommandWorld();
  await mkdir(join(world.root, 'tools'));
  await symlink(join(world.claude, 'cli.js'), join(world.root, 'tools', 'claude'));
  const skill = join(world.root, 'my-skill');
  await mkdir(skill);
  const text = '---\nname: my-skill\ndescription: Does what I want\n---\n\nDo it.\n';
  await writeFile(join(skill, 'SKILL.md'), text);
  return world;
}

/** Variants that a page speaks of and does not make: the first time that one is named. */
async function makeWhatIsNamed(
  words: readonly string[],
  page: Page,
  world: CommandWorld,
): Promise<void> {
  const { data } = await world.json(['list']);
  const there = JSON.stringify(data);
  const made = typedCommands(page).filter(([name]) => name === 'quick');
  for (const name of ['mclaude', 'z', 'zai']) {
    if (!words.includes(name) || there.includes(`"name":"${name}"`)) continue;
    if (made.some((command) => command[command.indexOf('--name') + 1] === name)) continue;
    if (page.path.endsWith('earlier-variants.md')) {
      await writeEarlierVariant({ home: world.home, bin: world.bin, name });
    } else {
      const quick = ['quick', name, '--provider', 'mirror', '--no-probe'];
      const { status, stderr } = await world.run(quick, environmentOf(world));
      if (status !== 0) throw new Error(stderr);
    }
  }
}
