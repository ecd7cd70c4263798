import { CommanderError } from 'commander';
import { describe, expect, it } from 'vitest';
import { buildProgram, commandNamed, usageError } from '../../../../src/commands/cli/program.ts';

describe('the command named by', () => {
  it.each<[string[], string | null]>([
    [[], null],
    [['--json'], null],
    [['list'], 'list'],
    [['--json', '--quiet', 'list'], 'list'],
    [['--home', '/h', 'list'], 'list'],
    [['--home', 'quick', 'list'], 'list'],
    [['--home=/h', 'list'], 'list'],
    [['--bin-dir', 'b', '--yes', 'info', 'one'], 'info'],
    [['info', 'list'], 'info'],
    [['frobnicate'], 'frobnicate'],
    [['--home'], null],
  ])('%j', (argv, expected) => {
    expect(commandNamed(argv)).toBe(expected);
  });
});

describe('the program', () => {
  const build = (argv: string[], print: (text: string) => void = () => {}) =>
    buildProgram(argv, '1.2.3', () => () => Promise.resolve(), print);

  it('declares the options of the named command only', async () => {
    const program = await build(['quick']);
    const options = (name: string): number =>
      program.commands.find((command) => command.name() === name)?.options.length ?? -1;
    expect(options('quick')).toBeGreaterThan(10);
    expect(options('update')).toBe(0);
  });

  it('accepts its own options after the command', async () => {
    const argv = ['list', '--home', '/h', '--json'];
    const program = await build(argv);
    await program.parseAsync(argv, { from: 'user' });
    expect(program.opts()).toMatchObject({ home: '/h', json: true });
  });

  it('prints its version', async () => {
    let printed = '';
    const program = await build(['--version'], (text) => (printed += text));
    await expect(program.parseAsync(['--version'], { from: 'user' })).rejects.toMatchObject({
      exitCode: 0,
    });
    expect(printed).toBe('1.2.3\n');
  });
});

describe('an error from commander', () => {
  const thrown = (exitCode: number, code: string, message: string) =>
    new CommanderError(exitCode, code, message);

  it.each([
    ['commander.helpDisplayed', '(outputHelp)'],
    ['commander.version', '1.2.3'],
    ['commander.help', '(outputHelp)'],
  ])('%s is no failure', (code, message) => {
    expect(usageError(thrown(0, code, message), 'quick')).toBeNull();
  });

  it.each([
    ['quick', "error: unknown option '--x'", "Unknown option '--x'", 'See: cc-mirror quick --help'],
    ['frob', "error: unknown command 'frob'", "Unknown command 'frob'", 'See: cc-mirror --help'],
    [null, 'error: something', 'Something', 'See: cc-mirror --help'],
  ])('names the help to read: %s', (named, message, expected, hint) => {
    const error = usageError(thrown(1, 'commander.any', message), named);
    expect(error).toMatchObject({ code: 'usage', hint });
    expect(error?.message).toContain(expected);
  });

  it('a missing command is a failure', () => {
    const error = thrown(1, 'commander.help', '(outputHelp)');
    expect(usageError(error, 'providers')).toMatchObject({
      code: 'usage',
      hint: 'See: cc-mirror providers --help',
    });
    expect(usageError(error, null)?.message).not.toContain('outputHelp');
  });
});
