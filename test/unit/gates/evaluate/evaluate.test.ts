import { expect, test } from 'vitest';
import { evaluateCall } from '../../../../src/gates/evaluate/evaluate.ts';
import type { Oracle } from '../../../../src/gates/evaluate/frame.ts';
import { ModuleGraph, functionOf } from '../../../../src/gates/names/resolve.ts';
import { type Atom, type Value, known, truth } from '../../../../src/gates/evaluate/values.ts';
import { moduleOf } from '../modules.ts';

const ask = 'function ask(){return globalThis.someone()}\n';

test.each([
  ['return ask()&&!1', false],
  ['return ask()||!0', true],
  ['return ask()&&!0', null],
  ['return!ask()', null],
  ['return ask()?!0:!0', true],
  ['return ask()?!0:!1', null],
  ['if(ask())return 1;return"yes"', true],
  ['if(ask())return 0;else return null', false],
  ['return(ask()||!0)===!1', false],
  ['return void 0??!0', true],
  ['return ask()??!0', null],
  ['return null!=void 0', false],
  ['return"a"==="a"', true],
  ['return"1"==1', null],
  ['return[]===[]', null],
  ['return typeof 1==="number"', true],
  ['return undefined===void 0', true],
  ['return" YES ".toLowerCase().trim()==="yes"', true],
  ['return["1","on"].includes("on")', true],
  ['return new Set(["1","on"]).has("off")', false],
  ['return["on",ask()].includes("off")', null],
  ['return[].includes(ask())', false],
  ['return[].length>0', false],
  ['return/^(1|on)$/.test("on")', true],
  ['return/on/g.test("on")', null],
  ['return"on".includes("on",1)', null],
  ['return Boolean("a")', true],
  ['return String(1)==="1"', true],
  ['try{return!0}catch{return!0}', true],
  ['try{return ask()}catch{return!1}', null],
  ['let a=!1;a=!0;return a', true],
  ['return takesDefault()', true],
  ['return takesDefault(!1)', false],
  ['let{a}=ask();return a||!0', true],
  ['let a=!1;return a=!0,a', true],
  ['switch(1){case 2:return!1;case 1:break}return!0', true],
  ['switch(ask()){case 1:return!0;default:return!0}', true],
  ['switch(ask()){case 1:return!0}return!1', null],
  ['switch(3){default:case 1:return!0;case 2:return!1}', true],
  ['switch(2){case 1:return!1;case 2:case 3:return!0}', true],
  ['let a=ask()||[];if(!Array.isArray(a))return!1;return!0', null],
  ['let a=[];if(!Array.isArray(a)||a.length===0)return!0;return a.some(ask)', true],
  ['let a=["b"];return a.some((b)=>ask(b))||a.length===1', true],
  ['return[...ask()]', true],
  ['return[,].includes(void 0)', true],
  ['let a=/^1$/;return a.test("1")', true],
  ['return inner();function inner(){return named==="tengu_named_one"}', true],
  ['return loaded==="b"', true],
  ['return"é"==="\\xe9"', true],
  ['checked(!0);return!0', true],
  ['', false],
])('%s is %s', (body, expected) => {
  expect(truthOf(body)).toBe(expected);
});

/** Anything unsupported must be unknown: a wrong value would lead to a wrong edit. */
test.each([
  'switch(1){case 1:if(ask())break;return!1}return!0',
  'a:switch(1){case 1:break a}return!0',
  'let a=[];a.push(1);return a.length===0',
  'let a=[];a[0]=1;return a.length===0',
  'let a=[1];a.length=0;return a.length===1',
  'let a=[],b=a;b.push(1);return a.length===0',
  'let a=[];ask(a);return a.length===0',
  'return new Set([1]).length===1',
  'let process={env:{}};return process.env.A===void 0',
  'for(;;)return!0',
  'do{return!0}while(ask())',
  'return(()=>!0)()',
  'return((a=!0)=>a)()',
  'return takesDefault(ask())',
  'return!takesChanged(!0)',
  'return takesChanged(!0)',
  'return takesRest(!0)',
  'let{a}={a:!0};return a',
  'return takesPattern({a:!0})',
  'return spread(...[1],!0)',
  'return later()',
  'return generated()',
  'return state.on',
  'return state?.on',
  'return state?.["on"]',
  'return box.getter',
  'return switched',
  'return counter===0',
  'return listed.includes("a")',
  'return mode==="auto"',
  'return new Proxy({},{})',
  'return this.on',
  'return arguments[0]',
  'return`${ask()}`==="a"',
  'return 1n===1n',
  'return-1===-1',
  'let a=!1;[a]=[!0];return a',
  'let a=!1;({a}={a:!0});return a',
  'let a=!1;ask()&&(a=!0);return a',
  'let a=!1;ask()?a=!0:a=!1;return a',
  'let a=!1;a||=!0;return a',
  'let a=0;a++;return a',
  'let a=!1;[1].forEach(()=>{a=!0});return a',
  'let a=!1;try{a=!0;ask();a=!1}catch{}return a',
  'let a=!1;for(a of[!0]);return a',
  'a=!0;var a;return!a',
  'if(ask()){var a=!0}return a',
  'let a="b";{let a="c";ask(a)}return a==="b"',
  'return a==="b";var a="b"',
  'let state={CLAUDE_CODE_ENABLE_TASKS:!1};return state.CLAUDE_CODE_ENABLE_TASKS',
  'return written.CLAUDE_CODE_ENABLE_TASKS',
  'return shadow(!0)',
  'return rebound()',
  'return flag("allow_tasks",!0)',
  'throw 1',
  'return"a".constructor()',
  'return"a".valueOf("b")',
  'return[].toString()',
  // Spreads, holes, and lists changed by a callback or a pattern.
  'return[...ask()].length>0',
  'return[...ask()].length!==1',
  'return["a",...ask()].includes("b")',
  'return new Set([...ask()]).has("a")',
  'let a=[];a=[...a,...ask()];return a.length===0',
  'let a=["b"];[a.length]=[0];return a.length===1',
  'let a=["b"];({c:a.length}={c:0});return a.length===1',
  'let a=["b"];for(a.length of[0]);return a.length===1',
  'let a=["b"];let c=a.some((b,i,all)=>all.pop());return a.length===1',
  'let a=["b"];let c=a.find(ask);return a.length===1',
  'let a=["b"];let c=a.every(function(){arguments[2].pop()});return a.length===1',
  'let a=/^1$/;a.test=ask;return a.test("1")',
  'let a=/^1$/;a.compile("2");return a.test("1")',
  'return walked.includes("a")',
  'return patterned.includes("a")',
  'return compiled.test("1")',
  'return[].some()',
  'return[].every(1)',
  // Arguments and variables that change without being named.
  'return aliased(!0)',
  'return evaluated(!0)',
  'return takesDefaults(!0)',
  'return takesKey(!0)',
  'return optional?.()',
  'return perhaps?.()',
  'if(ask()){var a=()=>!0}return a?.()',
  'return b();function b(){return c==="x"}var c="x"',
  'return outer()',
  // State: set on a condition, by a function, or by one that may run at any time.
  'return onCondition==="b"',
  'return byFunction==="b"',
  'return byCallback==="b"',
  'return afterReturn==="b"',
  'return byName==="b"',
  // Errors.
  'checked(ask());return!0',
  'return checked(ask())||!0',
  'let a=checked(ask());return!0',
  'void checked(ask());return!0',
  'return checked(ask()),!0',
  'return[checked(ask())].length===1',
  'switch(checked(ask())){}return!0',
  'if(ask())throw 1;return!0',
  'return loops(ask())||!0',
  'return checked(...[ask()])||!0',
  'return(()=>{throw 1})()||!0',
  'globalThis.policy.check();return!0',
  'new Check;return!0',
  'ask``;return!0',
  'let a=[checks()];return!0',
  // Inputs that are written first, or are no session state.
  'process.env.A="";return process.env.A===void 0||!0',
  'delete process.env.A;return!0',
  'let a={get isInteractive(){return!0}};return!!a.isInteractive',
  'return asked.isInteractive===!0',
  // Patterns: too long, too slow.
  'return/1/y.test("1")',
  `return/${'(?:1*)*'.repeat(9)}/.test("11111111")`,
  `return/${'1?'.repeat(200)}/.test("1")`,
])('%s is unknown', (body) => {
  expect(truthOf(body)).toBeNull();
});

test('a pattern too new for this version of Node is unknown', () => {
  const compiles = (): true | null => {
    try {
      return new RegExp('(?i:1)').test('1') ? true : null;
    } catch {
      return null;
    }
  };
  expect(truthOf('return/(?i:1)/.test("1")')).toBe(compiles());
});

test('endless recursion and very long code are unknown', () => {
  expect(truthOf('return loop()')).toBeNull();
  expect(truthOf(`return ${'!'.repeat(380)}ask()`)).toBeNull();
  expect(truthOf(`${'ask();'.repeat(5000)}return!0`)).toBeNull();
  expect(truthOf('return ask()&&'.concat('ask()&&'.repeat(1500), 'ask()'))).toBeNull();
});

test.each([
  ['process.env.NAME', 'env', 'NAME'],
  ['process.env["NAME"]', 'env', 'NAME'],
  ['process.env?.NAME', 'env', 'NAME'],
  ['[...process.env.NAME]', 'env', 'NAME'],
  ['[process.env.NAME]', 'env', 'NAME'],
  ['registry.CLAUDE_CODE_ENABLE_TASKS', 'env', 'CLAUDE_CODE_ENABLE_TASKS'],
  ['process.argv.includes("--teams")', 'argv', '--teams'],
  ['state.isInteractive', 'interactive', 'isInteractive'],
  ['flag("tengu_a_b",!1)', 'remote-flag', 'tengu_a_b'],
  ['flag("tengu_a_b")', 'remote-flag', 'tengu_a_b'],
  ['flag(named,!1)', 'remote-flag', 'tengu_named_one'],
])('%s reads %s %s', (expression, kind, name) => {
  const atoms: Atom[] = [];
  evaluate(
    `return ${expression}`,
    () => undefined,
    (atom) => atoms.push(atom),
  );
  expect(atoms).toMatchObject([{ kind, name }]);
});

test('the test of a variable is evaluated for any value', () => {
  const test = 'let t=v.toLowerCase().trim();return["1","true"].includes(t)';
  const text = `function yes(v){if(!v)return!1;if(typeof v==="boolean")return v;${test}}`;
  const body = 'return yes(process.env.NAME)';
  const results = [undefined, '', '0', ' TRUE ', '1', 'on'].map((value) =>
    truth(
      evaluate(body, ({ kind }) => (kind === 'env' ? known(value) : undefined), undefined, text),
    ),
  );
  expect(results).toEqual([false, false, false, true, true, false]);
});

const surroundings = `${ask}
function takesDefault(a=!0){return a}function takesChanged(a,b=(a=!1)){return a}function takesRest(...a){return a}function takesPattern({a}){return a}
function spread(a,b){return b}async function later(){return!0}function*generated(){return!0}
var state={on:!0,isInteractive:!1};var box={get getter(){return!0}};var switched=!0;function off(){switched=!1}
var counter=0;var listed=["a"];function add(){listed.push("b")}var mode="auto";function set(m){mode=m}
var written={CLAUDE_CODE_ENABLE_TASKS:!1};function shadow(ask){return ask()}
function rebound(){return!0}rebound=()=>!1;function loop(){return loop()}
function checked(a){if(!a)throw Error("no");return!1}function checks(){return checked(ask())}function loops(a){for(;a;)throw 1}
function aliased(a){arguments[0]=!1;return a}function evaluated(a){eval("a=!1");return a}
function takesDefaults(a,{b=(a=!1)}={}){return a}function takesKey(a,{[(a=!1)]:b}){return a}
var optional;if(ask())optional=()=>!0;if(ask()){var perhaps=()=>!0}function outer(){return inner();function inner(){return a==="b"}if(ask()){var a="b"}}
var onCondition;if(ask())onCondition="b";var byFunction;function load(){byFunction="b"}var byCallback;ask(()=>{byCallback="b"});
var lazily=(a)=>()=>a(),loaded,init=lazily(()=>{loaded="b"});var afterReturn,init2=lazily(()=>{if(ask())return;afterReturn="b"});
var byName,other="b";function give(){byName=other}
var walked=["a"];walked.some((a,i,all)=>all.pop());var patterned=["a"];[patterned.length]=[0];var compiled=/^1$/;compiled.compile("2");
var asked={get isInteractive(){return!0}};
var registry=build();var named="tengu_named_one";function flag(n,d){return remote.get(n)??d}
`;

function truthOf(body: string): boolean | null {
  return truth(evaluate(body, () => undefined));
}

function evaluate(body: string, oracle: Oracle, onAtom?: (atom: Atom) => void, more = ''): Value {
  const graph = new ModuleGraph([moduleOf(`${surroundings}${more}function gate(){${body}}`)]);
  const [source] = graph.sources;
  const statement = source!.statementAt(source!.text.indexOf('function gate'))!;
  const fn = functionOf(graph.resolve('gate', { statement, node: statement.program }))!;
  expect(fn).not.toBeNull();
  return evaluateCall(graph, fn, onAtom ? { oracle, onAtom } : { oracle });
}
