import { expect, test } from 'vitest';
import { writesOutside } from '../../../../src/gates/decide/outside-writes.ts';
import { functionIn } from '../modules.ts';

const helpers = `var seen,state={};function note(){seen=1}function through(){note()}function again(){again()}
function own(a){a=1}function looks(){return seen}`;

const writes = (body: string): boolean => {
  const { graph, fn } = functionIn(`${helpers}function gate(){${body}}`, 'gate');
  return writesOutside(graph, fn);
};

/** A flip of such a function would remove what other code depends on. */
test.each([
  'seen=1',
  'seen||=1',
  'seen++',
  'state.a=1',
  'state.a--',
  'delete state.a',
  '[seen]=[1]',
  '[,seen]=[1,2]',
  '[...seen]=[1]',
  '[...state.a]=[1]',
  '[[seen]]=[[1]]',
  '[seen=1]=[]',
  '({seen}={})',
  '({a:state.a}={})',
  '({...seen}={})',
  'for(seen of[1]);',
  'for(seen in{a:1});',
  'for([seen]of[[1]]);',
  'let seen=1;state.a=seen',
  '(()=>{seen=1})',
  'note()',
  'through()',
  'if(state.a)note();return!0',
  'return note(),!0',
  'return looks(),note(),!0',
])('%s writes to more than its own variables', (body) => {
  expect(writes(body)).toBe(true);
});

test.each([
  'return!0',
  'return state.a',
  'state.a',
  'void state.a',
  'let a;a=1',
  'let a=0;a++',
  'let a;[a]=[1]',
  'let a;[,a]=[1,2]',
  'let a,b;({a,c:b}={})',
  'let[a,...b]=[1,2];[b]=a',
  'let{a,...b}={};a=b',
  'for(let a of[1])a=2',
  'return((a)=>{a=1})(2)',
  'return(function([a],{b}){a=b=1})([],{})',
  'try{}catch([a]){}',
  'try{}catch({a}){}',
  'try{}catch([...a]){}',
  'own(1)',
  'looks()',
  'again()',
  'unknown()',
  // Its value is used, so it may be a cache.
  'return note()',
  'return looks(),note()',
  'return state.a&&note()',
])('%s does not', (body) => {
  expect(writes(body)).toBe(false);
});
