import { expect, test } from 'vitest';
import { checkLinks } from '../../../../src/skill/text/links.ts';

const files = ['SKILL.md', 'references/a.md', 'references/b c.md', 'scripts/run.py'];
const others = '[a](references/a.md) and [b](<references/b c.md>)';

function problemsIn(text: string, path = 'SKILL.md', extra: string[] = []): string[] {
  const texts = [
    { path, text },
    { path: 'OTHER.md', text: others },
  ];
  return checkLinks([...files, ...extra], texts).map(({ line, message }) => `${line}: ${message}`);
}

test.each([
  '[a](references/a.md), [b](references/b%20c.md "title"), ![i](./references/a.md#top)',
  '[to a folder](references/), [x]: references/a.md',
  'Read `references/a.md` and run scripts/run.py.',
  'https://example.com/references/none.md [x](https://example.com/none.md) [y](#part)',
  '[mail](mailto:a@example.com) [w](//example.com/a.md)',
  '[text](url), [link](references/<topic>.md), [more](…/x.md), [glob](references/*.md)',
  'In code: `[a](none.md)`, ``[b](`none.md)``. [^1]: a footnote/with.slash',
  '{dir}/references/none.md, other/references/none.md, $HOME/scripts/none.sh',
  'All `references/…` lie below the folder; so does references/.',
  '```\n[a](none.md)\n```',
])('nothing is wrong with: %s', (text) => {
  expect(problemsIn(text)).toEqual([]);
});

test.each([
  ['See [x](none.md).', 'the skill has no none.md'],
  ['See ![x](img/none.png).', 'the skill has no img/none.png'],
  ['[x]: none.md', 'the skill has no none.md'],
  ['[x](references/none.md) and `references/none.md`', 'the skill has no references/none.md'],
  ['Read references/none.md.', 'the skill has no references/none.md'],
  ['Use `./assets/none.png`', 'the skill has no assets/none.png'],
  ['[x](/etc/hosts.d)', 'the path /etc/hosts.d is absolute'],
  ['[x](C:\\a.md)', 'the path C:\\a.md is absolute'],
  ['[x](~/a.md)', 'the path ~/a.md is absolute'],
  ['[x](../y/SKILL.md)', "write the path ../y/SKILL.md from the skill's folder, without .."],
  ['[x](%E0%A4%A.md)', 'the skill has no %E0%A4%A.md'],
])('%s', (text, message) => {
  expect(problemsIn(`First.\n${text}`)).toEqual([`2: ${message}`]);
});

// A pattern that tries every part of such a text against every other takes minutes.
test.each([
  `[](${'a'.repeat(4e5)}`,
  '[](a '.repeat(1e5),
  `a${'`'.repeat(4e5)}b`,
  `${'`'.repeat(4e5)}a\``,
])('a long text takes no long time (%#)', (text) => {
  expect(problemsIn(text)).toEqual([]);
});

test('a link may start at the file that it is in', () => {
  expect(problemsIn('[a](a.md) [a](references/a.md)', 'references/a.md')).toEqual([]);
  expect(problemsIn('[a](a.md)')).toEqual(['1: the skill has no a.md']);
});

test("a path in a code block is the project's where the skill has no such folder", () => {
  expect(problemsIn('```\nassets/logo.png\n```')).toEqual([]);
  expect(problemsIn('```\npython scripts/none.py\n```')).toEqual([
    '2: the skill has no scripts/none.py',
  ]);
});

test('a reference that only its own text names is never read', () => {
  const lost = checkLinks(
    [...files, 'references/lost.md', 'references/deep/data.csv'],
    [
      { path: 'SKILL.md', text: others },
      { path: 'references/lost.md', text: 'This is lost.md' },
    ],
  );
  const message = 'no text of the skill mentions it, so it is never read';
  expect(lost).toEqual([
    { path: 'references/lost.md', line: null, message },
    { path: 'references/deep/data.csv', line: null, message },
  ]);
});
