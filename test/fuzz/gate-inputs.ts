import { Buffer } from 'node:buffer';
import type { SourceModule } from '../../src/gates/types.ts';
import { readFixtures } from '../unit/gates/modules.ts';
import { spoilBytes } from './bytes.ts';
import { gateProgram } from './gate-programs.ts';
import type { Random } from './random.ts';

const fixtures = readFixtures().map(({ modules }) => modules);

/** The modules of a fixture, or of a program made at random, more or less spoilt. */
export function spoiltModules(random: Random): SourceModule[] {
  let modules = random.once(2) ? gateProgram(random) : random.pick(fixtures);
  if (random.once(10)) modules = [...modules, ...renamed(random.pick(fixtures), 'other/')];
  if (random.once(4)) modules = random.once(2) ? recoded(random, modules) : wrapped(modules);
  for (let left = random.below(4); left > 0; left--) {
    const index = random.below(modules.length);
    modules = modules.map((module, i) => (i === index ? spoiltModule(random, module) : module));
  }
  return modules;
}

function renamed(modules: readonly SourceModule[], prefix: string): SourceModule[] {
  return modules.map((module) => ({ ...module, name: `${prefix}${module.name}` }));
}

const encodings = ['latin1', 'utf8', 'utf16le'] as const;

/** The same text in another encoding; with characters that take more than a byte before it. */
function recoded(random: Random, modules: readonly SourceModule[]): SourceModule[] {
  const encoding = random.pick(encodings);
  const first = random.pick(['', '/*é*/', 'var é="ÿ";', '/*\u2028𝒳*/', '\ufeff', '"\ud800";']);
  return modules.map((module) => {
    const bytes = Buffer.from(first + textOf(module), encoding);
    return { ...module, encoding, bytes };
  });
}

/** The text as Bun wraps CommonJS: `import` and `export` do not parse there. */
function wrapped(modules: readonly SourceModule[]): SourceModule[] {
  return modules.map((module) => {
    const text = `// @bun @bun-cjs\n(function(exports, require, module){${textOf(module)}\n})`;
    return { ...module, format: 'commonjs', bytes: Buffer.from(text, module.encoding) };
  });
}

function spoiltModule(random: Random, module: SourceModule): SourceModule {
  if (random.once(8)) {
    // A reader of bundles never gives half a UTF-16 unit.
    const spoilt = spoilBytes(random, Buffer.from(module.bytes));
    const whole = module.encoding === 'utf16le' ? spoilt.length & ~1 : spoilt.length;
    return { ...module, bytes: spoilt.subarray(0, whole) };
  }
  if (random.once(20)) return { ...module, format: random.pick(['module', 'commonjs', 'script']) };
  return { ...module, bytes: Buffer.from(spoiltText(random, textOf(module)), module.encoding) };
}

function textOf({ bytes, encoding }: SourceModule): string {
  return bytes.toString(encoding);
}

const token = /[\w$]+|"[^"\n]*"|`[^`]*`|[&|?=!<>+*/-]+|\s+|[^\w$\s]/g;
/** Pieces of text that change what stands around them. */
const hard = (
  '{¦}¦(¦)¦[¦]¦;¦,¦"¦\'¦`¦/¦/*¦*/¦//¦${¦<!--¦=>¦...¦#¦@¦\\¦\\u0061¦\0¦\u2028¦é¦😀¦\ud800¦\r' +
  '¦\n¦async ¦await ¦yield ¦class ¦function ¦return ¦import ¦export ¦let ¦var ¦const ¦if' +
  '¦else ¦for¦while¦new ¦static¦get ¦default ¦in ¦!0¦!1¦&&¦||¦??¦?.¦?¦:¦=¦++¦/[/"]/¦/}/g¦1n' +
  '¦1e999¦f0¦f0()¦allOn¦yes¦isEnabled¦name:"TaskCreate"¦process.env¦arguments' +
  '¦process.env.CLAUDE_CODE_ENABLE_TASKS¦CLAUDE_CODE_EXPERIMENTAL_AGENT_TEAMS¦/*cc-mirror*/' +
  '¦/*CLAUDE_CODE_AGENT_SWARMS cc-mirror*/¦export*from"./input.js";'
).split('¦');

/** Text after one change: tokens swapped, lost, doubled or put in; spliced, nested, cut, repeated. */
function spoiltText(random: Random, text: string): string {
  const tokens = text.match(token) ?? [''];
  const [a, b] = [random.below(tokens.length), random.below(tokens.length)];
  switch (random.below(12)) {
    case 0:
      [tokens[a], tokens[b]] = [tokens[b]!, tokens[a]!];
      return tokens.join('');
    case 1:
      return tokens.toSpliced(a, 1).join('');
    case 2:
      return tokens.toSpliced(a, 0, ...tokens.slice(b, b + random.below(30))).join('');
    case 3:
    case 4:
      return tokens.toSpliced(a, random.below(2), random.pick(hard)).join('');
    case 5:
      return renameWord(random, text, tokens);
    case 6: {
      const other = textOf(random.pick(random.pick(fixtures)));
      const at = random.below(other.length + 1);
      return tokens.toSpliced(a, 0, other.slice(at, at + random.below(600))).join('');
    }
    case 7:
      return random.once(2) ? tokens.slice(0, a).join('') : tokens.slice(a).join('');
    case 8:
      return replaceCall(text, nested(random));
    case 9:
      return random.once(10) ? repeated(random, text) : tokens.toSpliced(a, 0, '\n').join('');
    case 10:
      return tokens.toSpliced(a, 1 + random.below(8)).join('');
    default:
      return `${text}${statementAtEnd(random)}`;
  }
}

/** One name for two things: functions that call themselves, doubled definitions, shadows. */
function renameWord(random: Random, text: string, tokens: readonly string[]): string {
  const words = [...new Set(tokens.filter((one) => /^[a-zA-Z_$][\w$]*$/.test(one)))];
  if (words.length === 0) return text;
  const [from, to] = [random.pick(words), random.pick(words)];
  let left = random.once(2) ? Infinity : 1 + random.below(3);
  return tokens.map((one) => (one === from && left-- > 0 ? to : one)).join('');
}

/** Puts an expression in the place of the first `return` of the text. */
function replaceCall(text: string, expression: string): string {
  const at = text.search(/return(?= |!|\()/);
  return at < 0
    ? `${text};(${expression})`
    : `${text.slice(0, at)}return ${expression};${text.slice(at)}`;
}

/** An expression nested, or chained, up to some ten thousand times. */
function nested(random: Random): string {
  const most = random.once(20) ? 20_000 : random.once(4) ? 3000 : 60;
  const times = 1 + random.below(most);
  const [open, inner, close] = random.pick([
    ['(', 'f0()', ')'],
    ['!', 'f0()', ''],
    ['[', 'f0()', ']'],
    ['{a:', '1', '}'],
    ['(()=>', '1', ')'],
    ['`${', '1', '}`'],
    ['f0(', '1', ')'],
    ['', 'a', '&&f0()'],
    ['', 'a', '||process.env.CLAUDE_CODE_ENABLE_TASKS'],
    ['', 'a', '.b'],
    ['', 'a', '()'],
    ['', '1', '+1'],
    ['a?', 'b', ':c'],
    ['a?b:', 'c', ''],
    ['a=', 'b', ''],
    ['function(){return ', '1', '}'],
    ['(function(){if(a){', '', '}})'],
    ['typeof ', '1', ''],
    ['a,', 'b', ''],
    ['(', '', ''],
    ['{', '', ''],
    ['`${', '', ''],
  ] as const);
  return open.repeat(times) + inner + close.repeat(times);
}

function repeated(random: Random, text: string): string {
  const times = 1 + random.below(400);
  const piece = random.pick([
    text,
    'function f0(){return f0()&&f0()}',
    'var names="TaskCreate",more={name:names,isEnabled(){return f0()}};',
    'if(process.env.CLAUDE_CODE_EXPERIMENTAL_AGENT_TEAMS)f0=f0;',
    'export*from"./input.js";export{f0}from"./chunk-1.js";',
  ]);
  return random.once(2)
    ? text + piece.slice(0, 2000).repeat(times)
    : `${text};var list=[${'process.env.CLAUDE_CODE_EXPERIMENTAL_AGENT_TEAMS,"TaskCreate",'.repeat(times)}]`;
}

function statementAtEnd(random: Random): string {
  const chain = Array.from({ length: 1 + random.below(40) }, (_, i) => `h${i}=()=>h${i + 1}()`);
  return random.pick([
    ';"open',
    ';`open',
    ';`open${',
    ';/*open',
    ';a=/open',
    ';a=/[open/',
    '\n<!-- html\n--> html\n',
    `;var ${chain.join(',')};function f0(){return h0()}`,
    ';f0=f1;f1=f0',
    ';import{f0 as f1}from"./input.js";export{f1 as f0}',
    ';export*from"./input.js";export*from"./chunk-0.js"',
    ';label:{break label}/re"/.test(a)',
    ';x\n++\ny/2/"',
    ';class A{static{f0=null}#a;get b(){return/"/}}',
    ';async()=>{for await(let a of b)/"/}',
  ]);
}
