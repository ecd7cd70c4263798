import { expect, test } from 'vitest';
import { FrontmatterError, parseFrontmatter } from '../../../../src/skill/text/frontmatter.ts';

function fieldsOf(...lines: string[]): Record<string, unknown> {
  return Object.fromEntries(parseFrontmatter(['---', ...lines, '---', 'Body.'].join('\n')).fields);
}

test('reads plain and quoted text', () => {
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

test('reads block text, folded and literal', () => {
  expect(
    fieldsOf('folded: >-', '  one', '  two', '', '  three', 'literal: |', '  one', '    two'),
  ).toEqual({ folded: 'one two\nthree', literal: 'one\n  two' });
});

test('folds text that continues on indented lines', () => {
  expect(
    fieldsOf('a: one', '  two', '', '  three', 'b:', '  four', '  five', "c: 'six", "  seven: 7'"),
  ).toEqual({ a: 'one two\nthree', b: 'four five', c: 'six seven: 7' });
});

test('reads one level of lists and maps', () => {
  expect(
    fieldsOf(
      'inline: [Read, "Bash(a, {b}:*)", \'x\']',
      'none: []',
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
    inline: ['Read', 'Bash(a, {b}:*)', 'x'],
    none: [],
    'allowed-tools': ['Read', 'Bash(git: *)'],
    flat: ['a'],
    metadata: { author: 'x', version: '1.0' },
  });
});

test('reads the body and its first line, with a byte order mark and Windows line breaks', () => {
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
  ['a line that is not a pair', '---\nname: x\nwhat\n---\n', 3, /key: value/],
  ['a colon without a space', '---\nname:x\n---\n', 2, /key: value/],
  ['a key twice', '---\nname: x\nname: y\n---\n', 3, /twice/],
  ['a colon in plain text', '---\ndescription: Use it: now\n---\n', 2, /quotes/],
  ['a comment after plain text', '---\nname: x # y\n---\n', 2, /quotes/],
  ['two levels', '---\ndescription:\n  a:\n    b: c\n---\n', 4, /one level/],
  ['a comment after quoted text', '---\nname: "x" # y\n---\n', 2, /comment/],
  ['a block header with a number', '---\ndescription: >-2\n  a\n---\n', 2, /header/],
  ['an anchor', '---\nname: &x y\n---\n', 2, /quotes/],
  ['an alias', '---\nname: *x\n---\n', 2, /quotes/],
  ['a tag', '---\nname: !!str x\n---\n', 2, /quotes/],
  ['a complex key', '---\n? name\n: x\n---\n', 2, /key: value/],
  ['an indented key', '---\n  name: x\n---\n', 2, /key: value/],
  ['a backquote', '---\nname: `x`\n---\n', 2, /cannot start with/],
  ['an unclosed list', '---\nname: x\ndescription: [a\n---\n', 3, /end with a \]/],
  ['an open single quote', "---\nname: 'x\n---\n", 2, /closing 'quote/],
  ['an open double quote', '---\nname: "x\n---\n', 2, /closing "quote/],
  ['text after a quote', '---\nname: "x" y\n---\n', 2, /Unexpected scalar/],
])('refuses %s, with its line', (_, text, line, message) => {
  expect(() => parseFrontmatter(text)).toThrow(message);
  expect(() => parseFrontmatter(text)).toThrow(
    expect.objectContaining({ name: FrontmatterError.name, line }),
  );
});

test.each([
  ['a key twice in a map', 'm:\n  a: x\n  a: y', 4, /unique/],
  ['a list of lists', 'list: [[a], b]', 2, /one level/],
  ['a map in braces', 'map: {a: b}', 2, /quotes/],
  ['an anchor on a list', 'list: &x [a]', 2, /quotes/],
  ['two levels', 'hooks:\n  a:\n    b: c', 4, /one level/],
  ['a list with a pair in it', 'list:\n  - a\n  b: c', 4, /item/],
  ['a tab as indentation', 'list:\n\t- a', 3, /Tabs/],
  ['a colon in plain text', 'argument-hint: a: b', 2, /quotes/],
])('reports %s with its line, and reads the other fields', (_, text, line, message) => {
  const { fields, lines, unread } = parseFrontmatter(`---\n${text}\nname: x\n---\n`);
  expect([...fields]).toEqual([['name', 'x']]);
  expect(lines.get('name')).toBe(text.split('\n').length + 2);
  expect(unread).toMatchObject([{ line, message: expect.stringMatching(message) }]);
});
