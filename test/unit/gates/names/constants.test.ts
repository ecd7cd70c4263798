import { expect, test } from 'vitest';
import { isConstant, isListOnlySearched } from '../../../../src/gates/names/constants.ts';
import type { Located } from '../../../../src/gates/syntax/located.ts';
import { Source, descendants } from '../../../../src/gates/syntax/source.ts';
import { moduleOf } from '../modules.ts';

/** What `var x=…` or the first `x=…` gives the name. */
function valueIn(text: string): Located {
  for (const start of [text.indexOf('x='), 0]) {
    const statement = new Source(moduleOf(text)).statementAt(start)!;
    for (const node of descendants(statement.program)) {
      const value =
        node.type === 'VariableDeclarator'
          ? node.init
          : node.type === 'AssignmentExpression'
            ? node.right
            : null;
      if (value) return { statement, node: value };
    }
  }
  throw new Error(`no value in ${text}`);
}

test.each([
  'var x="a"',
  'var x=`a`',
  'var x=["a"]',
  'var x;x=["a"];x.includes(1)',
  'var x=["a"];x.includes(1)',
  'var x=["a"];x["includes"](1)',
  'var x=["a"];x.indexOf(1)',
  'var x=["a"];f(x.length)',
  'var x=["a"];x.some((a)=>a)',
  'var x=["a"];x.every((a)=>a)',
  'var x=["a"];x.find((a,i)=>a)',
  'var x=["a"];function f(){return x.includes(1)}',
  'var x=["a"];a.x.push(1)',
  'var x=["a"];a={x:1}',
  'var x=["a"];a={x(){}}',
  'var x=["a"];"x";`x`;/x/',
  'var x=/a/;x.test(1)',
  'var x=new Set(["a"]);x.has(1)',
  'var x=new Set(["a"]);f(x.size)',
])('%s is a constant', (text) => {
  expect(isConstant(valueIn(text))).toBe(true);
});

/** Numbers and booleans are state as often; a list may be changed by whoever gets it. */
test.each([
  'var x=1',
  'var x=!0',
  'var x=true',
  'var x=null',
  'var x={}',
  'var x=f()',
  'var x=["a"];x.push(1)',
  'var x=["a"];x[0]',
  'var x=["a"];x[0]=1',
  'var x=["a"];f(x)',
  'var x=["a"];a=[x]',
  'var x=["a"];a={x}',
  'var x=["a"];a={y:x}',
  'var x=["a"];a[x]',
  'var x=["a"];y=x',
  'var x=["a"];`${x}`',
  'var x=["a"];export{x}',
  'var x=["a"];x.length=0',
  'var x=["a"];[x.length]=[0]',
  'var x=["a"];x.length++',
  'var x=["a"];delete x.length',
  'var x=["a"];x.some((a,i,all)=>a)',
  'var x=["a"];x.some((...all)=>a)',
  'var x=["a"];x.some(function(a){})',
  'var x=["a"];x.some(f)',
  'var x=["a"];x.map((a)=>a)',
  'var x=/a/;x.exec(1)',
  'var x=/a/;x.compile("b")',
  'var x=new Set(["a"]);x.add(1)',
])('%s is none', (text) => {
  expect(isConstant(valueIn(text))).toBe(false);
});

test.each([
  ['var x=["a"];x.includes(1)', true],
  ['var x=["a"];x.some((a)=>a)', false],
  ['var x=["a"];f(x)', false],
  ['x=["a"].includes(1)', true],
  ['x=["a"].indexOf(1)', true],
  ['x=["a"].map(f)', false],
  ['x=a[["a"]]', false],
  ['f(["a"]);x=["a"]', true],
])('the list of %s is only searched: %s', (text, expected) => {
  const { statement } = valueIn(text);
  const all = [...descendants(statement.program)];
  const node = all.findLast(({ type }) => type === 'ArrayExpression')!;
  expect(isListOnlySearched({ statement, node })).toBe(expected);
});
