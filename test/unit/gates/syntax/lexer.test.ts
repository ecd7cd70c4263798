import { expect, test } from 'vitest';
import {
  bracket,
  commentEnd,
  groupEnd,
  isHtmlComment,
  lineEnd,
  regexEnd,
  stringEnd,
  wholeTemplateEnd,
} from '../../../../src/gates/syntax/lexer.ts';
import { isOneOf, beforeRegex, isProperty } from '../../../../src/gates/syntax/keywords.ts';
import { isSpace, isWordStart, wordEnd } from '../../../../src/gates/syntax/characters.ts';

/** The text between two brackets, as the lexical pass finds it. */
function inside(text: string, kind: keyof typeof bracket = 'paren'): string | null {
  const end = groupEnd(text, 1, bracket[kind]);
  return end < 0 ? null : text.slice(1, end - 1);
}

test.each([
  ['(a)b)', 'a'],
  ['(a(b)c)d', 'a(b)c'],
  ['(a[b]{c})d', 'a[b]{c}'],
  ['(")")', '")"'],
  ["(')')", "')'"],
  ['("\\")")', '"\\")"'],
  ['(`)`)', '`)`'],
  ['(`${`)`})`)', '`${`)`})`'],
  ['(`\\`)`)', '`\\`)`'],
  ['(/*)*/)', '/*)*/'],
  ['(//)\n)', '//)\n'],
  ['(/)/)', '/)/'],
  ['(/[/)]/)', '/[/)]/'],
  ['(/\\/)/)', '/\\/)/'],
  ['(a/b)/c/)', 'a/b'],
  ['(a++/b)/c/)', 'a++/b'],
  ['(a+/)/)', 'a+/)/'],
  ['(a--/b)/c/)', 'a--/b'],
  ['(a+-/)/)', 'a+-/)/'],
  ['((a)/b)/c/)', '(a)/b'],
  ['(if(a)/)/)', 'if(a)/)/'],
  ['(a.if(b)/c)/d/)', 'a.if(b)/c'],
  ['(a[b]/c)/d/)', 'a[b]/c'],
  ['({}/b)/c/)', '{}/b'],
  ['(()=>{}/)/)', '()=>{}/)/'],
  ['(`a`/b)/c/)', '`a`/b'],
  ['("a"/b)/c/)', '"a"/b'],
  ['(/a/ /b)/c/)', '/a/ /b'],
  ['(return/)/)', 'return/)/'],
  ['(a.return/b)/c/)', 'a.return/b'],
  ['(...typeof/)/)', '...typeof/)/'],
  ['(`${a/b}`)', '`${a/b}`'],
  ['(a<b)', 'a<b'],
  ['(a-->b)', 'a-->b'],
  ['(a', null],
  ['(a]', null],
  ['(a}', null],
  ['([a)', null],
  ['({a)', null],
  ['("a)', null],
  ['("\n")', null],
  ['(`a)', null],
  ['(`${a)', null],
  ['(/*a)', null],
  ['(/a)', null],
  ['(/\n/)', null],
  ['(<!--)', null],
])('%j holds %j', (text, expected) => {
  expect(inside(text)).toBe(expected);
});

test('brackets of other kinds', () => {
  const groups = [
    ['[a]', 'index'],
    ['{a}', 'block'],
    ['{a}', 'object'],
    ['(a)', 'head'],
    ['{a}', 'template'],
    ['[a)', 'index'],
    ['{a]', 'block'],
    ['(a}', 'head'],
  ] as const;
  expect(groups.map(([text, kind]) => inside(text, kind))).toEqual([
    'a',
    'a',
    'a',
    'a',
    'a',
    null,
    null,
    null,
  ]);
});

test('the ends of literals and comments', () => {
  expect(stringEnd('"a\\"b"c', 0, '"')).toBe(6);
  expect(stringEnd('"a\\\nb"c', 0, '"')).toBe(6);
  expect(stringEnd('"a', 0, '"')).toBe(-1);
  expect(regexEnd('/a[/]b/gi.c', 1)).toBe(9);
  expect(regexEnd('/a\\/b/.c', 1)).toBe(6);
  expect(regexEnd('/a', 1)).toBe(-1);
  expect(wholeTemplateEnd('`a`b', 0)).toBe(3);
  expect(wholeTemplateEnd('`${a}${`${b}`}`c', 0)).toBe(15);
  expect(wholeTemplateEnd('`$a{`c', 0)).toBe(5);
  expect(wholeTemplateEnd('`${a', 0)).toBe(-1);
  expect(wholeTemplateEnd('`${a}', 0)).toBe(-1);
  expect([commentEnd('//a\nb', 0), commentEnd('/*a*/b', 0)]).toEqual([3, 5]);
  expect([commentEnd('/*/b', 0), commentEnd('/a', 0)]).toEqual([-1, 0]);
  expect(['a\nb', 'a\rb', 'a\u2028b', 'ab'].map((text) => lineEnd(text, 0))).toEqual([1, 1, 1, 2]);
});

test('HTML comments, which only scripts have', () => {
  const at = (text: string, mark: string): boolean => isHtmlComment(text, text.indexOf(mark));
  expect(at('a<!--', '<')).toBe(true);
  expect(at('a<!-b', '<')).toBe(false);
  expect(['-->', ' -->', 'a\n -->', 'a\u2029-->'].map((text) => at(text, '-->'))).toEqual(
    Array(4).fill(true),
  );
  expect(['a-->', 'a -->', '\na-->'].map((text) => at(text, '-->'))).toEqual(Array(3).fill(false));
  expect(at('a\n--b', '--')).toBe(false);
});

test('words and white space', () => {
  const all = (text: string, is: (c: number) => boolean): boolean[] => [
    ...new Set(text.split('').map((c) => is(c.charCodeAt(0)))),
  ];
  const letters = 'aZ09_$#\\é\u{1f600}';
  expect(wordEnd(`${letters} b`, 0)).toBe(letters.length);
  const spaces = ' \t\n\v\f\r\u00a0\u2028\ufeff';
  expect(all(spaces, isSpace)).toEqual([true]);
  expect(all(`${spaces}+-.(\u007f`, isWordStart)).toEqual([false]);
  expect(all(letters, isWordStart)).toEqual([true]);
  expect(all(`${letters}\b\u000e`, isSpace)).toEqual([false]);
});

test('keywords, but not as names of properties', () => {
  const is = (text: string, word: string): boolean => {
    const at = text.indexOf(word);
    return isOneOf(beforeRegex, text, at, at + word.length);
  };
  expect(is('a return', 'return')).toBe(true);
  expect(is('instanceof', 'instanceof')).toBe(true);
  expect(is('...typeof', 'typeof')).toBe(true);
  expect(is('a.return', 'return')).toBe(false);
  expect(is('returns', 'returns')).toBe(false);
  expect(is('retirn', 'retirn')).toBe(false);
  expect(is('instanceofs', 'instanceofs')).toBe(false);
  expect([isProperty('a.b', 2), isProperty('...b', 3), isProperty('ab', 1)]).toEqual([
    true,
    false,
    false,
  ]);
});
