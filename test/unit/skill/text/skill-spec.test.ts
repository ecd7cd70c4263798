import { expect, test } from 'vitest';
import { checkSkill } from '../../../../src/skill/text/skill-spec.ts';

function skill(fields: string[], body = 'Do it.'): string {
  return ['---', ...fields, '---', body].join('\n');
}

const description = 'description: What it does and when.';

test('a minimal skill and one with every optional field are valid', () => {
  expect(checkSkill(skill(['name: x', description]), 'x')).toEqual([]);
  const optional = [
    'license: MIT',
    'compatibility: Needs git',
    'metadata:',
    '  author: me',
    'allowed-tools: Read Bash(git:*)',
  ];
  expect(checkSkill(skill(['name: a-1', description, ...optional]), 'a-1')).toEqual([]);
  expect(checkSkill(skill([`name: ${'a'.repeat(64)}`, description]), 'a'.repeat(64))).toEqual([]);
  const long = `description: ${'\u{1F600}'.repeat(1024)}`;
  expect(checkSkill(skill(['name: x', long, 'allowed-tools: [Read]']), 'x')).toEqual([]);
});

test.each(['A', 'a--b', '-a', 'a-', 'a_b', 'a.b', 'ä', '.', 'a'.repeat(65)])(
  'the name %s is invalid',
  (name) => {
    expect(checkSkill(skill([`name: '${name}'`, description]), name)).toMatchObject([
      { rule: 'name', line: 2, fatal: true },
    ]);
  },
);

test.each([
  ['name', true, null, [description]],
  ['name', true, 2, ['name:', description]],
  ['name', false, 3, [description, 'name: y']],
  ['name', true, 2, ['name:', '  - x', description]],
  ['description', true, null, ['name: x']],
  ['description', true, 3, ['name: x', "description: ' '"]],
  ['description', false, 3, ['name: x', `description: ${'d'.repeat(1025)}`]],
  ['field', false, 4, ['name: x', description, 'license:', '  - MIT']],
  ['field', false, 4, ['name: x', description, 'compatibility:', '  - git']],
  ['field', false, 4, ['name: x', description, "compatibility: ''"]],
  ['field', false, 4, ['name: x', description, `compatibility: ${'c'.repeat(501)}`]],
  ['field', false, 4, ['name: x', description, 'metadata: flat']],
  ['field', false, 6, ['name: x', description, 'metadata:', '  a:', '    b: c']],
  ['field', false, 4, ['name: x', description, 'allowed-tools:', '  Read: yes']],
  ['field', false, 4, ['name: x', description, 'version: 1']],
  ['frontmatter', true, 3, ['name: x', 'description: Use: it']],
])('a problem with the %s is found (%#)', (rule, fatal, line, fields) => {
  expect(checkSkill(skill(fields), 'x')).toMatchObject([{ rule, fatal, line }]);
});

test('several problems are reported together', () => {
  const rules = checkSkill(skill(['name: X', 'origin: here'], ''), 'x').map(({ rule }) => rule);
  expect(rules).toEqual(['name', 'description', 'field', 'body']);
});

test('a body of 499 lines is valid and one of 500 is not', () => {
  const fields = ['name: x', description];
  const lines = (count: number): string => Array.from({ length: count }, () => 'line').join('\n');
  expect(checkSkill(skill(fields, lines(499)), 'x')).toEqual([]);
  expect(checkSkill(skill(fields, lines(500)), 'x')).toMatchObject([{ rule: 'body' }]);
});
