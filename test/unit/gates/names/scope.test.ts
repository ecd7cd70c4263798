import { expect, test } from 'vitest';
import { localBinding, patternNames } from '../../../../src/gates/names/scope.ts';
import { textOf } from '../../../../src/gates/syntax/located.ts';
import { Source, pathTo } from '../../../../src/gates/syntax/source.ts';
import { moduleOf } from '../modules.ts';

/** What `a` means at HERE: the text of its value, `opaque`, or undefined if nothing local declares it. */
test.each<[string, string | undefined]>([
  ['function f(){HERE}', undefined],
  ['function f(){a=1;HERE}', undefined],
  ['function f(){b=1;let c=2;HERE}', undefined],
  ['function a(){HERE}', undefined],
  ['function f(a){HERE}', 'opaque'],
  ['function f({b:[a]}){HERE}', 'opaque'],
  ['function f(...a){HERE}', 'opaque'],
  ['function f(b){HERE}', undefined],
  ['function f(){let a=1;HERE}', '1'],
  ['function f(){const b=0,a=1;HERE}', '1'],
  ['function f(){HERE;var a=1}', '1'],
  ['function f(){let a;HERE}', 'opaque'],
  ['function f(){let[a]=b;HERE}', 'opaque'],
  ['function f(){let[b]=a;HERE}', undefined],
  ['function f(){let a=1;a=2;HERE}', 'opaque'],
  ['function f(){let a=1;a++;HERE}', 'opaque'],
  ['function f(){let a=1;[a]=b;HERE}', 'opaque'],
  ['function f(){let a=1;for(a of b);HERE}', 'opaque'],
  ['function f(){let a=1;for(a in b);HERE}', 'opaque'],
  ['function f(){let a=1;(()=>{a=2});HERE}', 'opaque'],
  ['function f(){let a=1;a.b=2;a.c++;HERE}', '1'],
  ['function f(){let a=1;for(let b of a);HERE}', '1'],
  ['function f(){var a=1;var a=2;HERE}', 'opaque'],
  ['function f(){if(b){var a=1}HERE}', '1'],
  ['function f(){switch(b){case 1:{var a=1}}HERE}', '1'],
  ['function f(){try{}catch{var a=1}HERE}', '1'],
  ['function f(){(()=>{var a=1});HERE}', undefined],
  ['function f(){if(b){let a=1}HERE}', undefined],
  ['function f(){if(b){let a=1;HERE}}', '1'],
  ['function f(){let a=1;{let a=2;HERE}}', '2'],
  ['function f(){let a=1;{let b=2;HERE}}', '1'],
  ['function f(){function a(){}HERE}', 'function a(){}'],
  ['function f(){function a(){}function a(){}HERE}', 'opaque'],
  ['function f(){function b(){}HERE}', undefined],
  ['function f(){{function a(){}}HERE}', 'opaque'],
  ['function f(){{function a(){}HERE}}', 'function a(){}'],
  ['function f(){class a{}HERE}', 'class a{}'],
  ['function f(){let a=1;return()=>{HERE}}', '1'],
  ['function f(){return(a)=>{HERE}}', 'opaque'],
  ['var f=function a(){HERE}', 'function a(){HERE}'],
  ['var f=function a(){let a=1;HERE}', '1'],
  ['var f=function b(){HERE}', undefined],
  ['class a{b(){HERE}}', 'opaque'],
  ['class b{a(){HERE}}', undefined],
  ['var f=class a{b(){HERE}}', 'opaque'],
  ['class b{static{var a=1;HERE}}', '1'],
  ['class b{static{let a=1;HERE}}', '1'],
  ['class b{static{HERE}}', undefined],
  ['function f(){try{}catch(a){HERE}}', 'opaque'],
  ['function f(){try{}catch({a}){HERE}}', 'opaque'],
  ['function f(){try{}catch(b){HERE}}', undefined],
  ['function f(){try{}catch{HERE}}', undefined],
  ['function f(){for(let a=1;;){HERE}}', 'opaque'],
  ['function f(){for(let b=1;;){HERE}}', undefined],
  ['function f(){for(;;){HERE}}', undefined],
  ['function f(){for(let a of b){HERE}}', 'opaque'],
  ['function f(){for(let a in b){HERE}}', 'opaque'],
  ['function f(){for(let b of a){HERE}}', undefined],
  ['function f(){switch(b){case 1:let a=1;HERE}}', 'opaque'],
  ['function f(){switch(b){case 1:HERE}}', undefined],
  ['function f(){with(b){HERE}}', 'opaque'],
])('%s: %s', (text, expected) => {
  const statement = new Source(moduleOf(text, 'script')).statementAt(text.indexOf('HERE'))!;
  const node = pathTo(statement, text.indexOf('HERE')).at(-1)!;
  const found = localBinding({ statement, node }, 'a');
  expect(found && found !== 'opaque' ? textOf({ statement, node: found }) : found).toBe(expected);
});

test('a pattern binds its names, at any depth', () => {
  const text = 'function f(a,[b,,{c:d,...e}],{g=1,h:[i]=2},...[j]){}';
  const [node] = new Source(moduleOf(text)).statementAt(0)!.program.body;
  expect(node?.type === 'FunctionDeclaration' && node.params.flatMap(patternNames)).toEqual(
    'a b d e g i j'.split(' '),
  );
});
