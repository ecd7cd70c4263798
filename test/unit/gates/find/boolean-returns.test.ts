import { expect, test } from 'vitest';
import { returnsOnlyBooleans } from '../../../../src/gates/find/boolean-returns.ts';
import { functionIn } from '../modules.ts';

const isGate = (body: string): boolean =>
  returnsOnlyBooleans(functionIn(`function gate(){${body}}`, 'gate').fn.node);

test.each([
  'return!0',
  'return!a',
  'return true',
  'return a===b',
  'return a!==b',
  'return a==b',
  'return a!=b',
  'return a<b',
  'return a>b',
  'return a<=b',
  'return a>=b',
  'return a()',
  'return!a&&b()',
  'return a()||!b',
  'return a?!b:c()',
  'return a,!b',
  'let b=!a;return b',
  'let b;b=!a;return b',
  'let b=!a;b=c();return b',
  'let b=a;return!b',
  'if(a)return!0;return!1',
  'b(()=>{return a});return!0',
])('%s gives true or false', (body) => {
  expect(isGate(body)).toBe(true);
});

test.each([
  '',
  'return',
  'return a',
  'return 1',
  'return"a"',
  'return null',
  'return a.b',
  'return a+b',
  'return a in b',
  'return-a',
  'return typeof a',
  'return[]',
  'return a&&!b',
  'return!a&&b',
  'return a||!b',
  'return a?!b:c',
  'return a?b:!c',
  'return!a,b',
  'let b=a;return b',
  'let b;return b',
  'let b=!a;b=c;return b',
  'let b=c;b=!a;return b',
  'let b=!a;b+=!c;return b',
  'let{b}=!a;return b',
  'let b=!a;b=b;return b',
  'if(a)return;return!0',
  'if(a)return b;return!0',
  'if(a)return!0;return b',
  'b(()=>{return!0})',
])('%s may give something else', (body) => {
  expect(isGate(body)).toBe(false);
});

test('an arrow gives what its expression does', () => {
  const bodies = ['!a', 'a()', 'a', 'a.b'];
  const given = bodies.map((body) => {
    const { graph, fn } = functionIn(`var arrow=()=>${body};function gate(){}`, 'gate');
    const arrow = graph.resolveCallee(
      { type: 'Identifier', name: 'arrow', start: 0, end: 0 },
      { statement: fn.statement, node: fn.statement.program },
    );
    return returnsOnlyBooleans(arrow!.node);
  });
  expect(given).toEqual([true, true, false, false]);
});
