import { expect, test } from 'vitest';
import { evaluateCall } from '../../../../src/gates/evaluate/evaluate.ts';
import { readsFlags } from '../../../../src/gates/inputs/flag-reader.ts';
import { asksForTelemetry } from '../../../../src/gates/inputs/telemetry.ts';
import type { Atom } from '../../../../src/gates/evaluate/values.ts';
import { functionIn } from '../modules.ts';

/** The kinds of inputs that a gate is seen to read. */
function kindsRead(helpers: string, body: string): string[] {
  const { graph, fn } = functionIn(`${helpers};function gate(){${body}}`, 'gate');
  const atoms: Atom[] = [];
  evaluateCall(graph, fn, { oracle: () => undefined, onAtom: (atom) => void atoms.push(atom) });
  return atoms.map(({ kind }) => kind);
}

/** State starts with a constant; another property of the name may be computed from a policy. */
test.each<[string, boolean]>([
  ['var s={isInteractive:!1}', true],
  ['var s={isInteractive:!0,a:1}', true],
  ['var s={isInteractive:false}', true],
  ['var s=mk();function mk(){return{isInteractive:!1}}', true],
  ['var s=mk(),mk=()=>({isInteractive:!1})', true],
  ['var s={}', false],
  ['var s={isInteractive:policy()}', false],
  ['var s={isInteractive:!policy()}', false],
  ['var s={isInteractive:1}', false],
  ['var s={isInteractive:!1,...P}', false],
  ['var s={get isInteractive(){return!1}}', false],
  ['var s=[]', false],
  ['var s=mk()', false],
  ['var s=new mk;function mk(){return{isInteractive:!1}}', false],
  ['var s=mk();function mk(){return P}', false],
  ['var s=mk();function mk(){}', false],
  ['var s=mk();function mk(){if(a)return{isInteractive:!1};return{isInteractive:!0}}', false],
  ['var s=mk();async function mk(){return{isInteractive:!1}}', false],
  ['var s=mk();function*mk(){return{isInteractive:!1}}', false],
  ['import{s}from"x"', false],
])('%s is state of the session: %s', (helpers, expected) => {
  expect(kindsRead(helpers, 'return s.isInteractive')).toEqual(expected ? ['interactive'] : []);
});

/** A typed registry of variables, or the function that returns it. */
test.each<[string, string, boolean]>([
  ['var r=build()', 'r', true],
  ['import{r}from"x"', 'r', false],
  ['import*as r from"x"', 'r', false],
  ['', 'r', true],
  ['var r={CLAUDE_CODE_X:1}', 'r', false],
  ['var r={a:1}', 'r', true],
  ['function r(){return{CLAUDE_CODE_X:{}}}', 'r()', false],
  ['function r(){return{a:1}}', 'r()', true],
  ['async function r(){return{a:1}}', 'r()', false],
  ['function r(){return{a:1}}', 'r(1)', false],
  ['function of(r){return r.CLAUDE_CODE_X}', 'of(1)', false],
])('%s: %s is a registry: %s', (helpers, object, expected) => {
  expect(kindsRead(helpers, `return ${object}.CLAUDE_CODE_X`)).toEqual(expected ? ['env'] : []);
});

test.each<[string, string[]]>([
  ['return process.argv.includes("--x")', ['argv']],
  ['return process.argv.includes("--allow-x")', []],
  ['return process.argv.includes(x)', []],
  ['return process.argv.indexOf("--x")>=0', []],
  ['return argv.includes("--x")', []],
  ['return process.argv.length>2', []],
  ['return process.env[key]', ['env']],
  ['return process.env[x]', []],
  ['return env.A', []],
  ['return flag("tengu_a")', ['remote-flag']],
  ['return flag("tengu_a",!1)', ['remote-flag']],
  ['return flag("tengu_a",process.env.A)', ['env', 'remote-flag']],
  ['return flag("tengu_a",!1,x)', []],
  ['return flag("other_a",!1)', []],
  ['return flag(x,!1)', []],
  ['return flag("tengu_a",x)', []],
  ['return opposite("tengu_a",!1)', []],
  ['return opposite("tengu_a")', ['remote-flag']],
])('%s reads %j', (body, kinds) => {
  const helpers = `var key="A",held=new Map;function flag(n,d){return held.get(n)??d}
function opposite(n,d){return!held.get(n)}`;
  expect(kindsRead(helpers, body)).toEqual(kinds);
});

const reads = (text: string): boolean => {
  const { graph, fn } = functionIn(text, 'flag');
  return readsFlags(graph, fn);
};

const helpers = `var held=new Map,seen=new Set,later=once(async(n)=>{throw n}),soon=once((n)=>{throw n});
function over(){return held}function find(n,d){return held.get(n)??d}function denied(n){return policy(n)}
function fails(n){throw n}function notes(n){seen.add(n)}
function sends(){return!process.env.DISABLE_TELEMETRY}`;

test.each([
  'function flag(n){return held.get(n)}',
  'function flag(n,d){return held.get(n)??d}',
  'function flag(n,d=!1){return held.get(n)??d}',
  'function flag(n,d){return held.has(n)?held.get(n):d}',
  'function flag(n,d){return n in held?held.get(n):d}',
  'function flag(n,d){return over()[n]??d}',
  'function flag(n,d){return over().flags?.[n]??d}',
  'function flag(n,d){let o=over();return o&&n in o?o[n]:d}',
  'function flag(n,d){let o=over().flags;return o?.[n]??d}',
  'function flag(n,d){let o={};return o[n]??d}',
  'function flag(n,d){let o=new Map;return o.get(n)??d}',
  'function flag(n,d){let o=held.pinned??=new Map;return o.get(n)??d}',
  'function flag(n,d){let o=held.a||held.b;return o.get(n)??d}',
  'function flag(n,d){let v;v=held.get(n);return v===void 0?d:v}',
  'function flag(n,d){return find(n,d)}',
  'function flag(n,d){return{value:find(n),d}.value}',
  'function flag(n,d){return[held.get(n),d]}',
  'function flag(n,d){return Boolean(held.get(n))}',
  'function flag(n,d){try{return held.get(n)}catch{return d}}',
  'function flag(n,d){;return held.get(n)}',
  'function flag(n,d){seen.add(n);return held.get(n)}',
  'function flag(n,d){return seen.add(n),held.get(n)}',
  'function flag(n,d){notes(n);return held.get(n)}',
  'function flag(n,d){later(n);return held.get(n)}',
  'function flag(n,d){d&&seen.add(n);return held.get(n)}',
  'function flag(n,d){let o=over();o[n]=d;return held.get(n)}',
  'function flag(n,d){if(!sends())return d;return held.get(n)}',
])('%s only looks a flag up', (text) => {
  expect(reads(`${helpers}${text}`)).toBe(true);
});

test.each([
  'function flag(n,d){return d}',
  'function flag(n,d){return held.get(d)}',
  'function flag({n},d){return held.get(n)}',
  'function flag(){return held.get("a")}',
  'async function flag(n){return held.get(n)}',
  'function*flag(n){return held.get(n)}',
  'function flag(n,d=policy()){return held.get(n)??d}',
  'function flag(n,d){return policy()?d:held.get(n)}',
  'function flag(n,d){return P.denied?d:held.get(n)}',
  'function flag(n,d){return held.get(n)&&policy}',
  'function flag(n,d){return held.get(n,policy())}',
  'function flag(n,d){return held.get(n,policy)}',
  'function flag(n,d){return held[policy()].get(n)&&held.ok}',
  'function flag(n,d){return over(policy()).get(n)}',
  'function flag(n,d){return(P.denied?none:held).get(n)}',
  'function flag(n,d){return(P.denied?none:held)[n]}',
  'function flag(n,d){return(policy(),held).get(n)}',
  'function flag(n,d){return held[policy()].get(n)}',
  'function flag(n,d){return(P.denied?none:held).set(n,d)}',
  'function flag(n,d){(policy(),seen).add(n);return held.get(n)}',
  'function flag(n,d){(policy(),seen)[n]=d;return held.get(n)}',
  'function flag(n,d){return held.denies(n)}',
  'function flag(n,d){return held.getting(n)||held.forget(n)}',
  'function flag(n,d){return denied(n)}',
  'function flag(n,d){return d&&denied(n)?d:held.get(n)}',
  'function flag(n,d){return unknown(n)}',
  'function flag(n,d){return held[key(n)]}',
  'function flag(n,d){return n in policy()?d:held.get(n)&&P}',
  'function flag(n,d){return P in n?d:held.get(n)&&P}',
  'function flag(n,d){let o=P;return o&&policy()?d:held.get(n)}',
  'function flag(n,d){let o=P;return o||n in o?d:held.get(n)}',
  'function flag(n,d){let{o}=P;return held.get(n)??o}',
  'function flag(n,d){let o=policy(1);return held.get(n)??o}',
  'function flag(n,d){let o=new Policy(1);return o.get(n)}',
  'function flag(n,d){let o={a:policy()};return o.a?d:held.get(n)}',
  'function flag(n,d){let o=over()[policy()];return held.get(n)??o}',
  'function flag(n,d){let o=held.a&&policy();return held.get(n)??o}',
  'function flag(n,d){return{[policy()]:held.get(n)}}',
  'function flag(n,d){P.a=1;return held.get(n)}',
  'function flag(n,d){policy();return held.get(n)}',
  'function flag(n,d){d;return held.get(n)}',
  'function flag(n,d){return policy(),held.get(n)}',
  'function flag(n,d){return seen.add(n),policy()}',
  'function flag(n,d){fails(n);return held.get(n)}',
  'function flag(n,d){soon(n);return held.get(n)}',
  'function flag(n,d){over(n);return P}',
  'function flag(n,d){throw held.get(n)}',
  'function flag(n,d){for(;;)return held.get(n)}',
  'function flag(n,d){switch(n){default:return held.get(n)}}',
  'function flag(n,d){return new Promise(n)}',
  'function flag(n,d){return`${held.get(n)}`}',
  'function flag(n,d){return flag(n,d)}',
])('%s may do more', (text) => {
  expect(reads(`${helpers}${text}`)).toBe(false);
});

test.each<[string, boolean]>([
  ['function asks(){return!process.env.DISABLE_TELEMETRY}', true],
  ['function asks(){return!process.env.DO_NOT_TRACK}', true],
  ['function asks(){return a()}function a(){return!!process.env.DISABLE_GROWTHBOOK}', true],
  ['function asks(){return Boolean(process.env.DISABLE_TELEMETRY)}', true],
  ['function asks(){return!process.env.DISABLE_TELEMETRY||asks()}', true],
  ['function asks(){return!process.env.OTHER}', false],
  ['function asks(){return!process.env.MY_DISABLE_TELEMETRY}', false],
  ['function asks(){return!process.env.DISABLE_TELEMETRY&&P.allowed}', false],
  [
    'function asks(){return!process.env.DISABLE_TELEMETRY&&a()}function a(){return P.Denied}',
    false,
  ],
  ['function asks(){return!process.env.DISABLE_TELEMETRY&&unknown()}', false],
  [
    'function asks(){return!process.env.DISABLE_TELEMETRY&&a()}function a(){return unknown()}',
    false,
  ],
  ['var asks=1', false],
])('%s asks if the build may send telemetry: %s', (text, expected) => {
  const { graph, fn } = functionIn(`${text};function gate(){return asks()}`, 'gate');
  const asks = { type: 'Identifier', name: 'asks', start: 0, end: 0 } as const;
  const call = { type: 'CallExpression', callee: asks, optional: false, start: 0, end: 0 } as const;
  expect(asksForTelemetry(graph, { ...call, arguments: [] }, fn)).toBe(expected);
  expect(asksForTelemetry(graph, { ...call, arguments: [asks] }, fn)).toBe(false);
  expect(asksForTelemetry(graph, asks, fn)).toBe(false);
});
