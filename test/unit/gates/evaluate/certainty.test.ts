import { expect, test } from 'vitest';
import { evaluateCall } from '../../../../src/gates/evaluate/evaluate.ts';
import { returnsOpposite } from '../../../../src/gates/evaluate/returns.ts';
import { type Atom, truth } from '../../../../src/gates/evaluate/values.ts';
import { functionIn } from '../modules.ts';

const around = `function ask(){return globalThis.someone()}var outer,ready=ask(),state={isInteractive:!1};
function checked(a){if(!a)throw Error("no");return!1}function two(a,b){return b}function nothing(){return}function ends(){}
function has(a,b){return a.includes(b)}async function waits(){await ready}async function loads(){import("x")}
async function makes(){new Check}async function tags(){ask\`\`}async function fails(){throw 1}async function*gives(){yield 1}
async function idles(){return 1}function*lists(){checked(ask())}class Check{}
${Array.from({ length: 15 }, (_, at) => `function deep${at}(){return deep${at + 1}()}`).join('')}function deep15(){return!0}
`;

function truthOf(body: string): boolean | null {
  const { graph, fn } = functionIn(`${around}function gate(){${body}}`, 'gate');
  return truth(evaluateCall(graph, fn, { oracle: () => undefined }));
}

test.each([
  // Texts, lists and sets.
  ['return`a`==="a"', true],
  ['return"ab".length===2', true],
  ['return"ab".size===2', null],
  ['return["a"].size===1', null],
  ['return["a"].includes("a")', true],
  ['return["a"].includes("a",1)', null],
  ['return["a"].includes()', null],
  ['return["a",1].includes("b")', false],
  ['return[["a"]].includes("b")', false],
  ['return["a"].includes(ask())', null],
  ['return["a",ask()].includes("a")', true],
  ['return new Set(["a"]).has("a")', true],
  ['return new Set(["a"]).has("a","b")', null],
  ['return new Set(["a"]).has(["a"])', null],
  ['return new Set(["a"]).includes("a")', null],
  ['return new Map(["a"]).has("a")', null],
  ['let Set=ask;return new Set(["a"]).has("a")', null],
  ['let a=["a"];return new Set(a).has("a")', null],
  ['let a=["b"];return a.find(ask)||a.length===1', null],
  ['let a=["b"];return a.some((b,i,all)=>all.pop())||a.length===1', null],
  ['let a=["b"];return a.some((b,...all)=>all[1].pop())||a.length===1', null],
  ['let a=["b"];return a.some((b,i)=>ask(b))||a.length===1', true],
  ['let a=[];return a.find(ask)||a.length===0', true],
  ['return[].some(ask)', false],
  ['return[].every(ask)', true],
  ['return[].some("a")', null],
  ['return"Ab".toUpperCase()==="AB"', true],
  ['return"a".toString()==="a"', true],
  ['return" a".trim()==="a"', true],
  ['return"ab".startsWith("a")', true],
  ['return"ab".endsWith("a")', false],
  ['return"ab".trim(1)==="ab"', null],
  ['return"12".includes(1)', null],
  ['return/^1$/.test(1)', null],
  ['return/^1$/.test("1","2")', true],
  ['return/^1$/.exec("1")', null],
  ['return/1/.test("11111111111111111")', null],
  ['return/1*1*1*/.test("11111")', null],
  ['return/1*1*1*/.test("1111")', true],
  ['return/1*1*/.test("1111111111111111")', true],
  // Calls and their arguments.
  ['return two(1)===void 0', true],
  ['return two(1)===void 0&&two(1,2)===2', true],
  ['return two(1,2)===2&&two(1)===void 0', true],
  ['return has(["a"],"a")&&!has(["b"],"a")', true],
  ['return nothing()===void 0', true],
  ['return ends()===void 0', true],
  ['return two?.(1,!0)', true],
  ['return Boolean("")', false],
  ['return Boolean()', null],
  ['return String("a")==="a"', true],
  ['return String(ask())==="a"', null],
  ['return String([1])==="1"', null],
  ['return Number("1")===1', null],
  ['let Boolean=ask;return Boolean("a")', null],
  ['return deep6()', true],
  ['return deep0()', null],
  ['return deep0()||!0', null],
  // Branches.
  ['let a=!1;if(ask())a=!0;return a', null],
  ['let a=!1;if(ask())a=!0;else a=!0;return a', true],
  ['let a=!0;if(ask()){a=!1}else{}return a', null],
  ['let a=!0;if(ask());else a=!1;return a', null],
  ['let a=0;if(!0)a=1;return a===1', true],
  ['if(!1)return!1;else return!0', true],
  ['if(!1)checked(ask());return!0', true],
  ['return!0?1:checked(ask())', true],
  ['return!1?checked(ask()):1', true],
  ['return ask()?1:"a"', true],
  ['return ask()?0:""', false],
  ['return!1&&checked(ask())', false],
  ['return!0||checked(ask())', true],
  ['return 1??checked(ask())', true],
  ['try{ask()}catch{}return!0', true],
  ['try{return!0}catch{return!1}', null],
  ['try{return!1}catch{return!1}', false],
  ['try{return!0}finally{}', null],
  ['let a=!0;try{a=!1}catch{}return a', null],
  ['let a=!0;try{ask()}catch{a=!1}return a', null],
  [';return!0', true],
  ['function f(){}return!0', true],
  ['{let a=1;return a===1}', true],
  ['switch(2){case 2:{break}case 1:return!1}return!0', null],
  ['switch(2){case 1:return!1}return!0', true],
  ['switch(2){case 2:break;case 1:return!1}return!0', true],
  ['switch(2){case 2:default:return!0}', true],
  ['switch(3){case 2:return!1;default:return!0}', true],
  ['switch(ask()){case 2:return!0;case 3:return!1}return!0', null],
  ['let a=!1;switch(ask()){case 1:a=!0}return a', null],
  // Assignments.
  ['let a;return(a=1)===1', true],
  ['let a=!1;return(a=!0)&&a', null],
  ['let a=!1;a=!0,ask;return a', true],
  ['let a=0;a+=1;return a===1', null],
  ['let a=0;a+=1;return a===0', null],
  ['outer=1;return outer===1', null],
  ['outer=1;return!0', true],
  ['state.other=1;return!0', true],
  ['let a={b:1};return!0', true],
  ['let{a}={};return!0', true],
  ['let[a]=[1];return!0', true],
  ['let a=1;return!0', true],
  ['let a;a=1;return!0', true],
  ['let a=state.b;return a||!0', true],
  ['let{a}=state;return a||!0', true],
  ['let a;a=ask();return a||!0', true],
  ['if(!0){}return!0', true],
  ['ask();return!0', true],
  ['idles();return!0', true],
])('%s is %s', (body, expected) => {
  expect(truthOf(body)).toBe(expected);
});

/** What is evaluated for its effect may throw, or change what a gate reads. */
test.each([
  'checked(ask()),0;return!0',
  '0,checked(ask());return!0',
  'return checked(ask()),!0',
  'let a=state.b;return!0',
  'let a=ask();return!0',
  'let a;a=ask();return!0',
  'let a;a=checked(ask());return!0',
  'let{a}=state;return!0',
  'let[a]=state;return!0',
  'let{a=ask()}={};return a||!0',
  'using a=state;return!0',
  'if(ask()){}return!0',
  'if(ask());return!0',
  'if(ask()){}else{}return!0',
  'if(ask()){;{}}else;return!0',
  'state.b;return!0',
  '[...state];return!0',
  '`${state}`;return!0',
  'state+1;return!0',
  'waits();return!0',
  'loads();return!0',
  'makes();return!0',
  'tags();return!0',
  'fails();return!0',
  'gives();return!0',
  'let a=new Check;return!0',
  'while(checked(ask()));return!0',
  'for(;ask();)throw 1;return!0',
  'process.env.A++;return!0',
  'process.env.A="";return!0',
  '[process.env.A]=[1];return!0',
  '({b:process.env.A}={});return!0',
  'for(process.env.A of[1]);return!0',
  'delete process.env.A;return!0',
  'return delete process.env.A||!0',
  'return(process.env.A="")||!0',
  'return process.env.A++||!0',
  'state.isInteractive=!0;return!0',
  'state.CLAUDE_CODE_X=1;return!0',
  'state[ask()]=1;return!0',
  'return ask(process.env)||!0',
])('%s is unknown', (body) => {
  expect(truthOf(body)).toBeNull();
});

test.each([
  ['return!read(n,d)', true],
  ['return read(n,d)', false],
  ['return!!read(n,d)', false],
  ['return!!!read(n,d)', true],
  ['return!0', false],
  ['return!1', false],
  ['return-read(n,d)', false],
  ['return read(n,d)===!1', true],
  ['return!1===read(n,d)', true],
  ['return read(n,d)===!0', false],
  ['return read(n,d)!==!0', true],
  ['return read(n,d)!==!1', false],
  ['return read(n,d)===d', false],
  ['return d&&!read(n)', true],
  ['return!read(n)||d', true],
  ['return d||read(n)', false],
  ['return d?!read(n):d', true],
  ['return d?d:!read(n)', true],
  ['return!read(n)?d:d', false],
  ['if(d)return read(n,d);return!read(n,d)', true],
  ['return', false],
])('%s gives the opposite of what it reads: %s', (body, expected) => {
  const { fn } = functionIn(`function gate(n,d){${body}}`, 'gate');
  expect(returnsOpposite(fn.node)).toBe(expected);
});

/** What an import named `process` is, and what a gate then reads. */
test.each([
  ['import process from"process";', ['A']],
  ['import process from"node:process";', ['A']],
  ['import process from"my:process";', []],
  ['import process from"processes";', []],
  ['var process={env:{}};', []],
  ['', ['A']],
])('%s: process.env.A is the variables %j', (imports, read) => {
  const { graph, fn } = functionIn(`${imports}function gate(){return process.env.A}`, 'gate');
  const atoms: Atom[] = [];
  evaluateCall(graph, fn, { oracle: () => undefined, onAtom: (atom) => void atoms.push(atom) });
  expect(atoms.map(({ name }) => name)).toEqual(read);
});
