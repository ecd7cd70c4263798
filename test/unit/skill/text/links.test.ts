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
  'All `references/…` are below the folder; so is references/.',
  '```\n[a](none.md)\n```',
])('has no findings: %s', (text) => {
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

// A pattern with quadratic backtracking takes minutes.
test.each([
  `[](${'a'.repeat(4e5)}`,
  '[](a '.repeat(1e5),
  `a${'`'.repeat(4e5)}b`,
  `${'`'.repeat(4e5)}a\``,
])('is linear on a long text (%#)', (text) => {
  expect(problemsIn(text)).toEqual([]);
});

test('a link may start at the file that contains it', () => {
  expect(problemsIn('[a](a.md) [a](references/a.md)', 'references/a.md')).toEqual([]);
  expect(problemsIn('[a](a.md)')).toEqual(['1: the skill has no a.md']);
});

test("a path in a code block is the project's if the skill has no such folder", () => {
  expect(problemsIn('```\nassets/logo.png\n```')).toEqual([]);
  expect(problemsIn('```\npython scripts/none.py\n```')).toEqual([
    '2: the skill has no scripts/none.py',
  ]);
});

test('finds references that only their own text mentions', () => {
  const lost = checkLinks(
    [...files, 'references/lost.md', 'references/deep/data.csv'],
    [
      { path: 'SKILL.md', text: others },
      { path: 'references/lost.md', text: 'This is lost.md' },
    ],
  );
  const message = 'no text of the skill mentions it, so it is never read';
  const finding = { severity: 'warning', rule: 'link', line: null, message };
  expect(lost).toEqual([
    { file: 'references/lost.md', ...finding },
    { file: 'references/deep/data.csv', ...finding },
  ]);
});
