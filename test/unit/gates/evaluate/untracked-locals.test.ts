import { expect, test } from 'vitest';
import { untrackedLocals } from '../../../../src/gates/evaluate/untracked-locals.ts';
import { functionIn } from '../modules.ts';

type Kind = 'values' | 'mutated' | 'iterated' | 'unread';

function kindsOf(text: string): Kind[] {
  const found = untrackedLocals(functionIn(text, 'gate').fn.node);
  return (['values', 'mutated', 'iterated', 'unread'] as const).filter((one) =>
    found[one].has('a'),
  );
}

/** In which ways `a` cannot be tracked. */
test.each<[string, Kind[]]>([
  // Declared twice, used outside its block, or assigned where that is uncertain.
  ['let a=1;return a', []],
  ['let a=1;a=2;return a', []],
  ['let a=1;a+=2;return a', []],
  ['let a;if(x)a=1;return a', []],
  ['let a;{a=1}return a', []],
  ['let a;x,a=1;return a', []],
  ['let a;let b=(a=1);return a', []],
  ['let a,b;b=a=1;return a', []],
  ['let a=1;{let a=2}return a', ['values']],
  ['var a=1;var a=2;return a', ['values']],
  ['{let a=1}return a', ['values']],
  ['{var a=1}return a', []],
  ['{let a=1;if(a)x()}', []],
  ['switch(x){case 1:let a=1}return a', ['values']],
  ['{function a(){}}return a', ['values', 'mutated']],
  ['function a(){}return a', ['mutated']],
  ['try{}catch(a){return a}', ['mutated']],
  ['try{}catch(a){}return a', ['values', 'mutated']],
  ['a=1;let a;return a', ['values']],
  ['let a=1;a++;return a', ['values', 'mutated']],
  ['let a;[a]=x;return a', ['values', 'mutated']],
  ['let a;({a}=x);return a', ['values', 'mutated']],
  ['let a;for(a of x);return a', ['values', 'mutated']],
  ['let a;for(;;)a=1;return a', ['values']],
  ['let a;x&&(a=1);return a', ['values']],
  ['let a;x?a=1:0;return a', ['values']],
  ['let a;try{a=1}catch{}return a', ['values']],
  ['let a;(()=>{a=1})();return a', ['values']],
  ['let a;x(a=1);return a', ['values']],
  ['let a,b;b||=a=1;return a', ['values']],
  ['let a=1;arguments;return a', ['values']],
  ['let a=1;eval("");return a', ['values']],
  // Used for more than queries.
  ['let a=[];return a.length', []],
  ['let a=[];return a.includes(1)', []],
  ['let a=[];return Array.isArray(a)', []],
  ['let a=[];return!a', []],
  ['let a=[];return typeof a', []],
  ['let a=[];return[...a]', []],
  ['let a=[];return a===x', []],
  ['let a=[];return x>a', []],
  ['let a=[];if(a)x()', []],
  ['let a=[];return a?1:2', []],
  ['let a=[];return x.isArray', ['unread']],
  ['let a=[];return isArray(a)', ['mutated']],
  ['let a=[];return Array.of(a)', ['mutated']],
  ['let a=[];return x(a)', ['mutated']],
  ['let a=[];return x?a:1', ['mutated']],
  ['let a=[];return a&&x', ['mutated']],
  ['let a=[];return{a}', ['mutated']],
  ['let a=[];return a.push(1)', ['mutated']],
  ['let a=[];return a[0]', ['mutated']],
  ['let a=[];let b=a;return b', ['mutated']],
  ['let a=[],b;b=a;return b', ['mutated']],
  ['let a=[];a.length=0;return a', ['mutated']],
  ['let a=[];[a.length]=[0];return a', ['mutated']],
  ['let a=[];a.length++;return a', ['mutated']],
  ['let a=[];delete a.length;return a', ['mutated']],
  // Iterated with a callback that gets the list.
  ['let a=[];return a.some((x)=>x)', []],
  ['let a=[];return a.every((x,i)=>x)', []],
  ['let a=[];return a.find((x,i,all)=>x)', ['iterated']],
  ['let a=[];return a.some((x,...all)=>x)', ['iterated']],
  ['let a=[];return a.some((...all)=>x)', ['iterated']],
  ['let a=[];return a.some(function(x){})', ['iterated']],
  ['let a=[];return a.some(x)', ['iterated']],
  ['let a=[];return a.map((x)=>x)', ['mutated']],
  // Assigned, but never read.
  ['let a=1', ['unread']],
  ['let a;a=1', ['unread']],
  ['let[a,b]=x;return b', ['mutated', 'unread']],
  ['let{a}=x', ['mutated', 'unread']],
  ['let a=1;return a', []],
])('%s: %j', (body, kinds) => {
  expect(kindsOf(`function gate(){${body}}`)).toEqual(kinds);
});

/** The default of a parameter runs, or not. */
test.each<[string, Kind[]]>([
  ['a', ['unread']],
  ['a,b=(a=1)', ['values', 'unread']],
  ['a,{b=(a=1)}', ['values', 'unread']],
  ['a,{b:{c=(a=1)}}', ['values', 'unread']],
  ['a,{[(a=1)]:b}', ['values', 'unread']],
  ['a,[b=(a=1)]', ['values', 'unread']],
  ['a,[,b=(a=1)]', ['values', 'unread']],
  ['a,...[b=(a=1)]', ['values', 'unread']],
  ['a,{...b}', ['unread']],
  ['a,{a:b}', ['unread']],
  ['a,{[a]:b}', ['mutated']],
  ['a,b=a', ['mutated']],
])('with the parameters %s: %j', (parameters, kinds) => {
  expect(kindsOf(`function gate(${parameters}){}`)).toEqual(kinds);
});
