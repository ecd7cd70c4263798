import { compileFunction } from 'node:vm';
import { expect, test } from 'vitest';
import { analyze } from '../../../src/gates/analyze.ts';
import { applyEdit, moduleOf } from './modules.ts';

/** A fixed sequence (mulberry32), so that a failure can be repeated by its seed. */
function randomOf(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) % below;
  };
}

const variables = ['CLAUDE_CODE_ENABLE_TASKS', 'CLAUDE_CODE_ENABLE_TODO_TOOLS', 'ANTHROPIC_MODEL'];

/** A program of functions that call each other; `gate` decides. */
function generate(seed: number): string {
  const random = randomOf(seed);
  const functions: string[] = [];
  const leaf = (): string =>
    [
      `yes(process.env.${variables[random(3)]})`,
      `no(process.env.${variables[random(2)]})`,
      `registry.${variables[random(2)]}===!0`,
      `flag("tengu_flag_${'ab'[random(2)]}",!${random(2)})`,
      '!session.isInteractive',
      'session.isInteractive',
      `other${random(2)}()`,
      `!${random(2)}`,
      'process.argv.includes("--teams")',
    ][random(9)]!;
  const expression = (depth: number): string => {
    switch (depth > 0 ? random(6) : 5) {
      case 0:
        return `(${expression(depth - 1)}&&${expression(depth - 1)})`;
      case 1:
        return `(${expression(depth - 1)}||${expression(depth - 1)})`;
      case 2:
        return `!(${expression(depth - 1)})`;
      case 3:
        return `(${expression(depth - 1)}?${expression(depth - 1)}:${expression(depth - 1)})`;
      case 4:
        return `${define(depth - 1)}()`;
      default:
        return leaf();
    }
  };
  const body = (depth: number): string => {
    const guards = Array.from({ length: random(3) }, (_, index) => {
      const test = expression(depth);
      const outcome = `return!${random(2)};`;
      return random(3) === 0
        ? `let v${index}=${test};if(v${index})${outcome}`
        : `if(${test})${outcome}`;
    });
    return `${guards.join('')}return ${expression(depth)}`;
  };
  const define = (depth: number): string => {
    const name = `f${functions.length}`;
    functions.push('');
    functions[Number(name.slice(1))] = `function ${name}(){${body(depth)}}`;
    return name;
  };
  const gate = define(2);
  const tools = ['TaskCreate', 'TaskGet', 'TaskUpdate', 'TaskList'].map(
    (name) => `{name:"${name}",isEnabled(){return ${gate}()}}`,
  );
  return `${functions.join('\n')}\nvar tools=[${tools.join(',')}];${tests}`;
}

const tests = `
function yes(v){if(!v)return!1;if(typeof v==="boolean")return v;return["1","true"].includes(v.toLowerCase().trim())}
function no(v){if(v===void 0)return!1;return["0","false"].includes(v.toLowerCase().trim())}
`;

interface Setting {
  flags: 'defaults' | readonly [boolean, boolean];
  interactive: boolean;
  option: boolean;
  others: readonly [boolean, boolean];
}

/** Every setting of what the environment does not decide. */
const settings: Setting[] = Array.from({ length: 64 }, (_, bits) => {
  const bit = (index: number): boolean => ((bits >> index) & 1) === 1;
  const [interactive, option] = [bit(2), bit(3)];
  return { flags: [bit(0), bit(1)], interactive, option, others: [bit(4), bit(5)] };
});

/** Runs the program: what the first tool's `isEnabled` really returns. */
type Enabled = (env: Record<string, string>, setting: Setting) => boolean;
function compile(text: string): Enabled {
  const inputs = ['process', 'registry', 'flag', 'session', 'other0', 'other1'];
  const run = compileFunction(`${text};return Boolean(tools[0].isEnabled())`, inputs);
  return (env, { flags, interactive, option, others }) => {
    const registry = Object.fromEntries(Object.keys(env).map((name) => [name, true]));
    const flag = (name: string, fallback: boolean): boolean =>
      flags === 'defaults' ? fallback : flags[name.endsWith('a') ? 0 : 1];
    const process = { env, argv: option ? ['--teams'] : [] };
    const session = { isInteractive: interactive };
    const [first, second] = others.map((value) => () => value);
    const result: unknown = run(process, registry, flag, session, first, second);
    return result === true;
  };
}

/** What is wrong with the analysis of one program, in words; nothing where all its promises hold. */
function check(seed: number, verdicts: string[]): string[] {
  const text = generate(seed);
  const modules = [moduleOf(text)];
  const { verdict, env, flip, reason } = analyze(modules).tasks;
  verdicts.push(verdict);
  const enabled = compile(text);
  const wrong: string[] = [];

  // What `on` and `env` promise holds under every setting, or under those of the stated default.
  const assumed = reason.includes('keeps its default');
  const all = settings.map((one) => (assumed ? { ...one, flags: 'defaults' as const } : one));
  if (env && !all.every((setting) => enabled(env, setting))) wrong.push('not opened by env');
  if (env && 'ANTHROPIC_MODEL' in env) wrong.push('sets what is no switch');
  if (!flip) return wrong;

  const edited = applyEdit(modules, flip.edit);
  const after = edited[0]!.bytes.toString();
  if (after.length !== text.length) wrong.push('another length');
  if (reason.includes('it also needs')) return wrong;
  if (analyze(edited).tasks.verdict !== 'on') wrong.push('not on after the flip');
  const opened = compile(after);
  if (!settings.every((setting) => opened({}, setting))) wrong.push('not opened by the flip');
  return wrong;
}

test('random gates: what an analysis promises holds when the program is run', () => {
  const verdicts: string[] = [];
  const wrong = Array.from({ length: 250 }, (_, seed) => ({ seed, wrong: check(seed, verdicts) }));
  expect(wrong.filter((one) => one.wrong.length > 0)).toEqual([]);
  // Each verdict comes up often enough to mean something.
  for (const verdict of ['on', 'env', 'flip', 'unknown']) {
    expect(verdicts.filter((one) => one === verdict).length).toBeGreaterThan(15);
  }
});
