import { expect, test } from 'vitest';
import { FrontmatterError, parseFrontmatter } from '../../../src/skill/frontmatter.ts';

function fieldsOf(...lines: string[]): Record<string, unknown> {
  return Object.fromEntries(parseFrontmatter(['---', ...lines, '---', 'Body.'].join('\n')).fields);
}

test('plain and quoted text', () => {
  expect(
    fieldsOf(
      'name: a-b',
      '# a comment',
      '',
      "single: 'it''s: #1'",
      String.raw`double: "a \"b\": c\n"`,
      'url: https://example.com/a#b',
      'empty:',
    ),
  ).toEqual({
    name: 'a-b',
    single: "it's: #1",
    double: 'a "b": c\n',
    url: 'https://example.com/a#b',
    empty: '',
  });
});

test('block text, folded and literal', () => {
  expect(
    fieldsOf('folded: >-', '  one', '  two', '', '  three', 'literal: |', '  one', '    two'),
  ).toEqual({ folded: 'one two\nthree', literal: 'one\n  two' });
});

test('one level of list and map', () => {
  expect(
    fieldsOf(
      'allowed-tools:',
      '  - Read',
      "  - 'Bash(git: *)'",
      'flat:',
      '- a',
      'metadata:',
      '  author: x',
      '  version: "1.0"',
    ),
  ).toEqual({
    'allowed-tools': ['Read', 'Bash(git: *)'],
    flat: ['a'],
    metadata: { author: 'x', version: '1.0' },
  });
});

test('the body, the line it starts on, a byte order mark and Windows line ends', () => {
  const { fields, body, bodyLine } = parseFrontmatter(
    '\uFEFF---\r\nname: x\r\n---\r\nA\r\n---\r\n',
  );
  expect({ name: fields.get('name'), body, bodyLine }).toEqual({
    name: 'x',
    body: 'A\n---\n',
    bodyLine: 4,
  });
});

test.each([
  ['no frontmatter', '# Title\n', 1, /start with/],
  ['an unclosed frontmatter', '---\nname: x\n', 1, /closing/],
  ['a line that is no pair', '---\nname: x\nwhat\n---\n', 3, /key: value/],
  ['no space after the colon', '---\nname:x\n---\n', 2, /key: value/],
  ['a key twice', '---\nname: x\nname: y\n---\n', 3, /twice/],
  ['a key twice in a map', '---\nm:\n  a: x\n  a: y\n---\n', 4, /twice/],
  ['a colon in plain text', '---\ndescription: Use it: now\n---\n', 2, /quotes/],
  ['a comment behind plain text', '---\nname: x # y\n---\n', 2, /quotes/],
  ['a flow list', '---\nallowed-tools: [Read]\n---\n', 2, /quotes/],
  ['an anchor', '---\nname: &x y\n---\n', 2, /quotes/],
  ['an open single quote', "---\nname: 'x\n---\n", 2, /quote is not closed/],
  ['an open double quote', '---\nname: "x\n---\n', 2, /not closed/],
  ['text after a quote', '---\nname: "x" y\n---\n', 2, /not closed/],
  ['text continued on the next line', '---\nname: x\n  y\n---\n', 3, /empty value/],
  ['two levels', '---\nhooks:\n  a:\n    b: c\n---\n', 4, /one level/],
  ['a list with a pair in it', '---\nlist:\n  - a\n  b: c\n---\n', 4, /item/],
  ['a tab as indentation', '---\nlist:\n\t- a\n---\n', 3, /tab/],
  ['a block header with a number', '---\ntext: >2\n  a\n---\n', 2, /header/],
])('%s is refused with its line', (_, text, line, message) => {
  expect(() => parseFrontmatter(text)).toThrow(message);
  expect(() => parseFrontmatter(text)).toThrow(
    expect.objectContaining({ name: FrontmatterError.name, line }),
  );
});
