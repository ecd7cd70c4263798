import { Buffer } from 'node:buffer';
import { expect, test } from 'vitest';
import { ModuleGraph } from '../../../../src/gates/names/resolve.ts';
import { parseExpressionAt } from 'acorn';
import { textOf } from '../../../../src/gates/syntax/located.ts';
import { functionIn } from '../modules.ts';
import type { SourceModule } from '../../../../src/gates/types.ts';

type Files = Readonly<Record<string, string>>;

/** What an expression means in the first module: the text of a value, `module …`, or why that is unknown. */
function meaning(
  files: Files,
  expression = 'x',
  format: SourceModule['format'] = 'module',
): string {
  const modules = Object.entries(files).map(([name, text]): SourceModule => ({
    name,
    format,
    encoding: 'utf8',
    bytes: Buffer.from(`${text};0`),
  }));
  const graph = new ModuleGraph(modules);
  const [source] = graph.sources;
  const statement = source!.statement(source!.skeleton.starts.length - 1)!;
  const node = parseExpressionAt(expression, 0, { ecmaVersion: 'latest' });
  const binding = graph.resolveNode(node, { statement, node: statement.program.body.at(-1)! });
  if (binding.kind === 'value') return textOf(binding.at);
  if (binding.kind === 'namespace') return `module ${binding.source.module.name}`;
  return binding.kind === 'external' ? `external ${binding.module}` : binding.why;
}

test.each<[string, string]>([
  ['var x=1', '1'],
  ['let x=1', '1'],
  ['const x=1', '1'],
  ['const x=1;x=2', '1'],
  ['function x(){}', 'function x(){}'],
  ['class x{}', 'class x{}'],
  ['var a=0,x=1', '1'],
  ['var x', 'undeclared'],
  ['var y=1', 'undeclared'],
  ['x=1', 'undeclared'],
  ['var[x]=[1]', 'undeclared'],
  ['var{x}={}', 'undeclared'],
  ['var{x:y}={}', 'undeclared'],
  ['var x;x=2', '2'],
  ['var x;x+=2', 'undeclared'],
  ['var x;x||=2', 'undeclared'],
  ['var x;[x]=[2]', 'undeclared'],
  ['var x;({x}=y)', 'undeclared'],
  ['var x;for(x of[2]);', 'undeclared'],
  ['var x;x=2;x=3', 'ambiguous'],
  ['var x=1;x=2', 'ambiguous'],
  ['var x=1;x+=2', 'ambiguous'],
  ['var x=1;x||=2', 'ambiguous'],
  ['var x=1;x++', 'ambiguous'],
  ['var x=1;--x', 'ambiguous'],
  ['var x=1;-- /*a*/x', 'ambiguous'],
  ['var x=1;x /*a*/ =2', 'ambiguous'],
  ['var x=1;[x]=[2]', 'ambiguous'],
  ['var x=1;[a,x=2]=[2]', 'ambiguous'],
  ['var x=1;({a:x}={})', 'ambiguous'],
  ['var x=1;[x,f(a).c]=[2]', 'ambiguous'],
  ['var x=1;[x,b[0],{c:d}]=[2]', 'ambiguous'],
  ['var x=1;({x}={})', 'ambiguous'],
  ['var x=1;({...x}={})', 'ambiguous'],
  ['var x=1;for(x of[]);', 'ambiguous'],
  ['var x=1;for(x in{});', 'ambiguous'],
  ['var x=1;for([x]of[]);', 'ambiguous'],
  ['var x=1;for(var x of[]);', 'ambiguous'],
  ['var x=1;{var x=2}', 'ambiguous'],
  ['var x=1;{var{x}={}}', 'ambiguous'],
  ['var x=1;if(a)for(;;){var x}', '1'],
  ['var x=1;for(/*a*/x of[]);', 'ambiguous'],
  ['var x=1;for(// a\nx of[]);', 'ambiguous'],
  ['var x=1;var x=2', 'ambiguous'],
  ['var x=1;function x(){}', 'ambiguous'],
  ['var x=1;function f(){x=2}', 'ambiguous'],
  ['var x;function f(){x=2}', '2'],
  ['function x(){}function f(){x=2}', 'ambiguous'],
  ['var x=1;x==2;x===2;x=>2;x<=2', '1'],
  ['var x=1;a.x=2;a.x++;a={x:2}', '1'],
  ['var x=1;x.a=2;x[0]=2', '1'],
  ['var x=1;a[x]=2;a=[x];f(x)', '1'],
  ['var x=1;function f(x){x=2}', '1'],
  ['var x=1;function f(){var x=2;x=3}', '1'],
  ['var x=1;{let x=2;x=3}', '1'],
  ['var x=1;{let x=2}', '1'],
  ['var x=1;(()=>{var x=2})', '1'],
  ['var x=1;class A{static{var x=2}}', '1'],
  ['var x=1;"x=2";`x=2`;/x=2/', '1'],
  ['function x(){}{function x(){}}', 'function x(){}'],
  ['export var x=1', '1'],
  ['export default function x(){}', 'function x(){}'],
  // Names of other names.
  ['var y=1,x=y', '1'],
  ['var x=y,y=1', '1'],
  ['var x=y', 'y'],
  ['var x=y,y=x', 'x'],
  ['var y=1,x=y.z', 'y.z'],
  ['var y=1,x;if(a)x=y', 'y'],
  ['var y=1,x;function f(){x=y}', 'y'],
])('%s: x is %s', (text, expected) => {
  expect(meaning({ 'a.js': text })).toBe(expected);
});

test('in a script, a function of a block is visible outside it', () => {
  const text = 'function x(){}{function x(){}}';
  expect(meaning({ 'a.js': text }, 'x', 'script')).toBe('ambiguous');
  expect(meaning({ 'a.js': 'function x(){}(()=>{{function x(){}}})' }, 'x', 'script')).toBe(
    'function x(){}',
  );
});

const hops = (count: number): Files => ({
  'a.js': 'import{x}from"./m0.js";',
  ...Object.fromEntries(
    Array.from({ length: count }, (_, at) => [`m${at}.js`, `export{x}from"./m${at + 1}.js";`]),
  ),
  [`m${count}.js`]: 'export var x=1;',
});

test.each<[string, Files, string]>([
  ['a name', { 'a.js': 'import{x}from"./b.js"', 'b.js': 'var x=1;export{x}' }, '1'],
  ['a declaration', { 'a.js': 'import{x}from"./b.js"', 'b.js': 'export var x=1' }, '1'],
  ['another name', { 'a.js': 'import{y as x}from"./b.js"', 'b.js': 'var z=1;export{z as y}' }, '1'],
  [
    'a text as a name',
    { 'a.js': 'import{"y"as x}from"./b.js"', 'b.js': 'var z=1;export{z as"y"}' },
    '1',
  ],
  ['a default', { 'a.js': 'import x from"./b.js"', 'b.js': 'export default f(1)' }, 'f(1)'],
  [
    'a default by name',
    { 'a.js': 'import x from"./b.js"', 'b.js': 'var y=1;export default y' },
    '1',
  ],
  [
    'a default that is assigned',
    { 'a.js': 'import x from"./b.js"', 'b.js': 'export default function y(){}y=1' },
    'ambiguous',
  ],
  ['no default', { 'a.js': 'import x from"./b.js"', 'b.js': 'export var x=1' }, 'undeclared'],
  ['no such name', { 'a.js': 'import{x}from"./b.js"', 'b.js': 'var x=1' }, 'undeclared'],
  ['another package', { 'a.js': 'import{x}from"fs"', 'b.js': '' }, 'external fs'],
  ['all of a module', { 'a.js': 'import*as x from"./b.js"', 'b.js': '' }, 'module b.js'],
  ['an alias', { 'a.js': 'import{y}from"./b.js";var x=y', 'b.js': 'export var y=1' }, '1'],
  [
    'a member of a module',
    { 'a.js': 'import*as n from"./b.js";var x=n.y', 'b.js': 'export var y=1' },
    '1',
  ],
  [
    'a re-export',
    {
      'a.js': 'import{x}from"./b.js"',
      'b.js': 'export{y as x}from"./c.js"',
      'c.js': 'export var y=1',
    },
    '1',
  ],
  [
    'all that another exports',
    { 'a.js': 'import{x}from"./b.js"', 'b.js': 'export*from"./c.js"', 'c.js': 'export var x=1' },
    '1',
  ],
  [
    'a module as a name',
    { 'a.js': 'import{x}from"./b.js"', 'b.js': 'export*as x from"./c.js"', 'c.js': '' },
    'module c.js',
  ],
  [
    'its own name before others',
    {
      'a.js': 'import{x}from"./b.js"',
      'b.js': 'export*from"./c.js";export var x=1',
      'c.js': 'export var x=2',
    },
    '1',
  ],
  [
    'no default of others',
    { 'a.js': 'import x from"./b.js"', 'b.js': 'export*from"./c.js"', 'c.js': 'export default 1' },
    'undeclared',
  ],
  [
    'two of others',
    {
      'a.js': 'import{x}from"./b.js"',
      'b.js': 'export*from"./c.js";export*from"./d.js"',
      'c.js': 'export var x=1',
      'd.js': 'export var x=1',
    },
    'ambiguous',
  ],
  [
    'one of others on two ways',
    {
      'a.js': 'import{x}from"./b.js"',
      'b.js': 'export*from"./c.js";export*from"./d.js"',
      'c.js': 'export*from"./d.js"',
      'd.js': 'export var x=1',
    },
    '1',
  ],
  [
    'a cycle',
    {
      'a.js': 'import{x}from"./b.js"',
      'b.js': 'export*from"./c.js"',
      'c.js': 'export*from"./b.js"',
    },
    'undeclared',
  ],
  ['two modules of a name', { 'a.js': 'import{x}from"./b.js"', 'b.js': 'export var x=1' }, '1'],
  ['a few hops', hops(7), '1'],
  ['more hops than any build has', hops(12), 'too deep'],
  [
    'an export that does not parse',
    { 'a.js': 'import{x}from"./b.js"', 'b.js': 'export{x a}' },
    'ambiguous',
  ],
  ['a folder', { 'd/a.js': 'import{x}from"./b.js"', 'd/b.js': 'export var x=1' }, '1'],
  ['the folder above', { 'd/a.js': 'import{x}from"../b.js"', 'b.js': 'export var x=1' }, '1'],
  [
    'a way through folders',
    { 'd/a.js': 'import{x}from"./e/.././b.js"', 'd/b.js': 'export var x=1' },
    '1',
  ],
  [
    'an absolute name',
    { 'd/a.js': 'import{x}from"/$root/b.js"', '/$root/b.js': 'export var x=1' },
    '1',
  ],
])('imports %s', (_, files, expected) => {
  expect(meaning(files)).toBe(expected);
});

test('members', () => {
  const files = { 'a.js': 'import*as n from"./b.js";var o={y:1}', 'b.js': 'export var y=1' };
  const shown = ['n.y', 'n["y"]', 'n.z', 'n[y]', 'o.y', 'f()', 'n.y.z'].map((one) =>
    meaning(files, one),
  );
  expect(shown).toEqual(['1', '1', 'undeclared', 'computed', 'computed', 'computed', 'computed']);
});

test('local names', () => {
  const { graph, fn } = functionIn('var x=1;function gate(x){let y=2;var z;z=3}', 'gate');
  const at = { ...fn, node: fn.node.body };
  const local = { kind: 'unresolved', why: 'local' };
  expect(graph.resolve('x', at)).toEqual(local);
  expect(graph.resolve('y', at)).toMatchObject({ at: { node: { value: 2 } } });
  expect(graph.resolve('z', at)).toEqual(local);
});

test('two modules of one name', () => {
  const graph = new ModuleGraph(
    ['import{x}from"./b.js"', 'export var x=1', 'export var x=1'].map((text, at) => ({
      name: at === 0 ? 'a.js' : 'b.js',
      format: 'module',
      encoding: 'utf8',
      bytes: Buffer.from(text),
    })),
  );
  const statement = graph.sources[0]!.statement(0)!;
  expect(graph.resolve('x', { statement, node: statement.program })).toEqual({
    kind: 'unresolved',
    why: 'ambiguous',
  });
  expect(graph.sources.map((source) => graph.imports(source))).toEqual([true, false, false]);
});
