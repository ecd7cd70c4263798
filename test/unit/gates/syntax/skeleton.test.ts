import { Buffer } from 'node:buffer';
import { type AnyNode, Parser } from 'acorn';
import { describe, expect, test } from 'vitest';
import { parsedSkeleton } from '../../../../src/gates/syntax/parsed-skeleton.ts';
import { type Skeleton, scanSkeleton } from '../../../../src/gates/syntax/skeleton.ts';
import { Source, parseAs } from '../../../../src/gates/syntax/source.ts';
import type { SourceModule } from '../../../../src/gates/types.ts';
import { readFixtures } from '../modules.ts';

const end = ';var last=1;function end(){}';

/** Hard for a pass that does not parse; each is followed by declarations that must be found. */
const modules: Record<string, string> = {
  'regex after a head': 'if(a)/[}"]/.test(b);while(a)/"/.exec(b);for(;;)/`/.test(c)',
  'division after a call': 'var a=f(x)/2/g;var b=(x)/2,c="/"',
  'division after an index': 'var a=x[1]/2/g,b="{"',
  'regex after a block': 'if(a){b()}/[{]/.test(c)',
  'division after an object': 'var a={b:1}/2,c="}"/3',
  'regex after a function body': 'function f(){}/"/.test(a)',
  'division after a template': 'var a=`b`/2,c="`"',
  'regex after return': 'function f(){return/["}]/.test(a)}',
  'property named like a keyword': 'var a=b.return/2/c.typeof/3,d="/"',
  'regex with a slash in a class': 'var a=/[/]"[/"]/g,b=/[^\\]/"]/',
  'regex after an operator': 'var a=b||/"/.test(c)?/`/:/\'/,d=[/"/,/}/],e={f:/{/}',
  'regex after an arrow': 'var a=()=>/["]/,b=(c)=>{/["]/.test(c)}',
  'division after increment': 'var a=b++/2,c="/";b--/3',
  'nested templates': 'var a=`${b}{`,c=`${`${d}`+`}`}`,e=`${{f:"}"}.f}`,g=`\\`${"`"}\\${`',
  'template with a block': 'var a=`${(()=>{if(b){return"}"}return`{`})()}`',
  comments: 'var a=1/*"*//2,b=2;// "\n/* ` */var c=3/**/',
  strings: 'var a="\\"",b=\'\\\'\',c="\\\\",d="//",e=\'/*\'',
  hashbang: '#!/usr/bin/env "node\nvar a=1',
  'class bodies':
    'class A extends B{#p=1;static{this.q=/["]/}get r(){return`}`}static async*s(){}}',
  'getters and methods': 'var a={get b(){return/"/},async c(){},*d(){},"e":1,[f](){}}',
  'async and generators': 'async function a(){await/"/}function*b(){yield/"/}async function*c(){}',
  exports:
    'export{a as b};var a=1;export default function c(){}export class D{}export const e=1,f=2',
  'export default of an expression': 'export default{a:1}',
  imports: 'import a,{b as c}from"x";import*as d from"y";import"z";var e=import.meta.url',
  'declarations after blocks': 'if(a){b()}function c(){}for(;;){break}class D{}try{}catch{}var e=1',
  'declarations without semicolons': 'var a=1\nvar b=2\nfunction c(){}\nlet d=3\nconst e=4\n',
  'keyword operators': 'var a=b in c,d=e instanceof F,g=typeof h,i=void 0',
  'function expressions': 'var a=function b(){},c=class D{},e=function(){}()',
  patterns: 'var{a,b:[c]}=d,[e,...f]=g,h=1',
  'labels and switch': 'a:for(;;){break a}switch(b){case/"/.test(c):{}default:}',
  'spread before a regex': 'var a=[.../b"/.exec(c)],d={...e}',
  'ternary with an object': 'var a=b?{c:1}:{d:2},e=/"/',
};

describe('scanSkeleton', () => {
  test.each(Object.entries(modules))('%s', (_, text) => {
    const [scanned, parsed] = compared(`${text}\n${end}`);
    expect(scanned).toEqual(parsed);
  });

  const texts = readFixtures().flatMap(({ name, modules }) =>
    modules.flatMap(({ bytes, encoding, format }) => {
      const text = bytes.toString(encoding);
      return format !== 'commonjs' && parseAs(text, format) ? [{ name, text, format }] : [];
    }),
  );
  test.each(texts)('fixture $name', ({ text, format }) => {
    const [scanned, parsed] = compared(text, format);
    expect(scanned).toEqual(parsed);
  });

  test('statements inside a CommonJS wrapper', () => {
    const body = 'var a=/"/,b={c:1};function d(){return`}`}if(a){b}var e=2;class F{}';
    for (const wrap of [
      '(function(exports, require){',
      '// @bun\n(function (module) {"use strict";',
    ]) {
      const text = `${wrap}${body}})`;
      const scanned = scanSkeleton(text, true);
      const parsed = parsedSkeleton(Parser.parse(text, { ecmaVersion: 'latest' }), 'commonjs');
      expect(names(text, scanned!)).toEqual(names(text, parsed));
      expect(parsed.starts).toEqual(expect.arrayContaining(scanned!.starts));
    }
  });

  test.each(['(', ')', '}', 'f({)', '[}', '"open', '`open', '`${a', '/*open', 'a=/open', '(a]b}'])(
    'gives up on %j',
    (text) => {
      expect(scanSkeleton(text, false)).toBeNull();
    },
  );
});

test('a module that the lexical pass gives up on is parsed as a whole', () => {
  // A pass that took this `if` for a keyword would read `)` as the end of its head.
  const text = 'var o={if(a){return a}};var x=o.if(1)/2;function* g(){}\nvar y=`a${1}`;';
  const source = (format: 'module' | 'commonjs', code: string): Source =>
    new Source({ name: 'a', format, encoding: 'utf8', bytes: Buffer.from(code) });
  const [scanned, parsed] = compared(text);
  expect(scanned).toEqual(parsed);

  const html = 'var a=1;\n<!-- "\nfunction late(){return!1}\n';
  expect(scanSkeleton(html, false)).toBeNull();
  const script = new Source({
    name: 'a',
    format: 'script',
    encoding: 'utf8',
    bytes: Buffer.from(html),
  });
  expect(names(html, script.skeleton)).toEqual(['a', 'late']);
  expect(script.statementAt(html.indexOf('return'))?.program.body[0]?.type).toBe(
    'FunctionDeclaration',
  );

  const wrapped = `(function(){${html}})`;
  expect(names(wrapped, source('commonjs', wrapped).skeleton)).toEqual(['a', 'late']);
  expect(source('module', 'var a=(').skeleton.starts).toEqual([]);
});

test('a full parse finds which statements import, export and declare by a pattern', () => {
  const text =
    'import{a}from"x";export{a};export class B{}function c(){}var[d]=a,e=1,{f}=a;export*from"y";if(a){let g}';
  const found = parsedSkeleton(parseAs(text, 'module')!, 'module');
  expect(names(text, found)).toEqual(['B', 'c', 'e']);
  expect(found).toMatchObject({ imports: [0], exports: [1, 2, 5], patterns: [4] });
  expect(found.starts).toHaveLength(7);
});

test('what a CommonJS module holds besides its wrapper is skipped', () => {
  const starts = ['', 'var a=1', 'a;', '(function(){var a=1;b()})', '(()=>{var a})'].map(
    (text) => parsedSkeleton(parseAs(text, 'commonjs')!, 'commonjs').starts,
  );
  expect(starts).toEqual([[], [], [], [12, 20], []]);
});

/** The results of the pass and of a full parse: names, and starts inside a statement. */
function compared(text: string, format: SourceModule['format'] = 'module'): [unknown, unknown] {
  const program = parseAs(text, format);
  const scanned = scanSkeleton(text, false);
  if (!program || !scanned) return [scanned, program];
  const starts = new Set(program.body.map((node: AnyNode) => node.start));
  return [
    { wrong: scanned.starts.filter((at) => !starts.has(at)), names: names(text, scanned) },
    { wrong: [], names: names(text, parsedSkeleton(program, format)) },
  ];
}

function names(text: string, { declared }: Skeleton): string[] {
  return declared.map((at) => /^[\w$]+/.exec(text.slice(at))?.[0] ?? `at ${at}`);
}

test.each([
  ['parentheses', (n: number) => '('.repeat(n) + 'a' + ')'.repeat(n)],
  ['arrows', (n: number) => 'a=>'.repeat(n) + 'a'],
  ['negations', (n: number) => '!'.repeat(n) + 'a'],
  ['functions', (n: number) => 'function f(){'.repeat(n) + '}'.repeat(n)],
  ['operands', (n: number) => 'a+'.repeat(n) + 'a'],
  ['patterns', (n: number) => `var ${'['.repeat(n)}a${']'.repeat(n)}=b`],
  ['templates', (n: number) => '`${'.repeat(n) + 'a' + '}`'.repeat(n)],
  ['constructors', (n: number) => 'new '.repeat(n) + 'a'],
])(
  '%s are parsed at realistic depths and rejected long before the stack overflows',
  (_, nested) => {
    expect(parseAs(nested(100), 'module')).not.toBeNull();
    expect(parseAs(nested(2000), 'module')).toBeNull();
  },
);
