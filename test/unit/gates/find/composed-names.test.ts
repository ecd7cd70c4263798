import { expect, test } from 'vitest';
import { composedIn } from '../../../../src/gates/find/composed-names.ts';
import { Source } from '../../../../src/gates/syntax/source.ts';
import { moduleOf } from '../modules.ts';

const names = ['TaskCreate', 'TaskGet', 'TaskUpdate', 'TaskList', 'CLAUDE_CODE_TEAMS'];
const found = (code: string): string | null => composedIn(new Source(moduleOf(code)), names);
const enabled = 'isEnabled(){return!0}';

test.each<[string, string]>([
  ['f("Task"+x)', 'Task'],
  ['f("Tas" +x)', 'Tas'],
  ["f('TaskCr'+x)", 'TaskCr'],
  ['f("Task".concat(x))', 'Task'],
  ['f(`Task${x}`)', 'Task'],
  ['f(["Task","Create"])', 'Task'],
  ['f(["Tas" , "kList"])', 'Tas'],
  ['f({a:"Task",b:"Create"})', 'Task'],
  ['f({first:"Task","second":"Create"})', 'Task'],
  ['f("CLAUDE_CODE_"+x)', 'CLAUDE_CODE_'],
  ['f("askCreate")', 'askCreate'],
  ['f("TaskCreat")', 'TaskCreat'],
  ['f(["Create","Get"])', 'Create'],
  ["f(['Update' , 'List'])", 'Update'],
])('%s may name a tool', (code, part) => {
  expect(found(code)).toBe(`"${part}" may be part of a tool's name`);
});

test.each([
  'f("Task")',
  'f("Ta"+x)',
  'f("xTask"+x)',
  'f("Task","Force")',
  'f("Create")',
  'f(x+"Create")',
  'f(`${x}Create`)',
  'f("Create","Create")',
  'f("Create","Other")',
  'f("Creates"+"Gets")',
  'f(`askCreate${x}`)',
  'f("mask"+x)',
])('%s names none', (code) => {
  expect(found(code)).toBeNull();
});

test('two endings may share a computed beginning', () => {
  const both = '"Create" and "Get" may be endings of tool names';
  expect(found('f(x+"Create",1);f(x+"Get",1)')).toBe(both);
  expect(found('f(x.concat("Create"));f(x.concat( "Get"))')).toBe(both);
  expect(found('f(`${x}Create`);f(`${x}Get`)')).toBe(both);
  expect(found('f(x+"Create");f(x+"Create")')).toBeNull();
  expect(found('f(`${x}Create`);f(`${x}Get${y}`)')).toBeNull();
});

test.each([
  'name:f(x)',
  'name:a+b',
  'name:a[b]',
  'name:`${a}b`',
  'name:"Ta"+a',
  '"name":f(x)',
  '["name"]:f(x)',
  'get name(){return a}',
])('a tool with %s', (name) => {
  const shown = `a tool's name is computed: ${name.replace(/^[^n]*/, '')}`;
  expect(found(`var t={${name},${enabled}};`)).toContain(shown.slice(0, 40));
  expect(found(`var t={${enabled},${name}};`)).toContain(shown.slice(0, 40));
  expect(found(`var t={${name},isOn(){}};`)).toBeNull();
  expect(found(`var t={${name}},u={${enabled}};`)).toBeNull();
  expect(found(`var t={${name},u:{${enabled}}};`)).toBeNull();
});

test.each([
  'name:a',
  'name:a.b',
  'name:a?.b',
  'name:a . b',
  'name:list[12]',
  'name:a["b"].c',
  'name:"a"',
  "name:'a'",
  'name:`a`',
  'name:"mcp__"+a',
  'name:`mcp__${a}`',
  'rename:f(x)',
  'a:x.name===f(x)',
  'name(){}',
])('a tool with %s has no computed name', (name) => {
  expect(found(`var t={${name},${enabled}};`)).toBeNull();
  expect(found(`var t={${enabled},${name}};`)).toBeNull();
});

test('a tool of a class, and one that does not parse', () => {
  expect(found(`class A{name=f(x);${enabled}}`)).toContain('is computed: name=f(x)');
  expect(found(`class A{static name=f(x);${enabled}}`)).toContain('is computed');
  expect(found(`name=f(x);var t={${enabled}};`)).toBeNull();
  expect(found(`var t={name:f(x),${enabled},a b};`)).toContain('is computed');
});
