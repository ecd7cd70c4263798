import { expect, test } from 'vitest';
import { evaluateCall } from '../../../../src/gates/evaluate/evaluate.ts';
import { truth } from '../../../../src/gates/evaluate/values.ts';
import { functionIn } from '../modules.ts';

const lazily = 'function lazily(a){return()=>a()}';

/** Whether `loaded` certainly is "b" when a gate is asked. */
test.each<[string, true | null]>([
  ['var loaded="b"', true],
  ['export var loaded="b"', true],
  ['var loaded;loaded="b"', true],
  ['var loaded;{loaded="b"}', true],
  ['var loaded;a,loaded="b"', true],
  ['var loaded;f(loaded="b")', true],
  ['var loaded;(()=>{loaded="b"})()', true],
  ['var loaded;(()=>{loaded="b";return})()', true],
  [`${lazily}var loaded,init=lazily(()=>{loaded="b"})`, true],
  ['var lazily=(a)=>()=>a(),loaded,init=lazily(()=>{loaded="b"})', true],
  [
    'function lazily(a){let c;return function(){return c??=a()}}var loaded,init=lazily(()=>{loaded="b"})',
    true,
  ],
  // On a condition, in a loop, or by a function that may run at any time or never.
  ['var loaded;if(a)loaded="b"', null],
  ['var loaded;a&&(loaded="b")', null],
  ['var loaded;a?loaded="b":0', null],
  ['var loaded;for(;a;)loaded="b"', null],
  ['var loaded;try{loaded="b"}catch{}', null],
  ['var loaded;function set(){loaded="b"}', null],
  ['var loaded;f(()=>{loaded="b"})', null],
  ['var loaded;(()=>{loaded="b"})?.()', null],
  ['var loaded;(async()=>{loaded="b"})()', null],
  ['var loaded;(function*(){loaded="b"})()', null],
  ['var loaded;(()=>{if(a)return;loaded="b"})()', null],
  ['var loaded;(()=>{if(a)throw 1;loaded="b"})()', null],
  ['var loaded;(()=>{c:{if(a)break c;loaded="b"}})()', null],
  [`${lazily}var loaded;lazily(()=>{loaded="b"})`, null],
  [`${lazily}var loaded,init=[lazily(()=>{loaded="b"})]`, null],
  [`${lazily}var loaded,init=lazily(a,()=>{loaded="b"})`, null],
  [`${lazily}var loaded,init=lazily(async()=>{loaded="b"})`, null],
  [`${lazily}var loaded,init=lazily(()=>{if(a)return;loaded="b"})`, null],
  ['function lazily(a){return a()}var loaded,init=lazily(()=>{loaded="b"})', null],
  ['function lazily(a){return}var loaded,init=lazily(()=>{loaded="b"})', null],
  ['function lazily(a){}var loaded,init=lazily(()=>{loaded="b"})', null],
  ['function lazily(a){return()=>a();a}var loaded,init=lazily(()=>{loaded="b"})', null],
  ['function lazily(a){throw()=>a()}var loaded,init=lazily(()=>{loaded="b"})', null],
  ['var lazily=(a)=>a(),loaded,init=lazily(()=>{loaded="b"})', null],
  ['var loaded,init=unknown(()=>{loaded="b"})', null],
])('%s: %s', (text, expected) => {
  const { graph, fn } = functionIn(`${text};function gate(){return loaded==="b"}`, 'gate');
  expect(truth(evaluateCall(graph, fn, { oracle: () => undefined }))).toBe(expected);
});
