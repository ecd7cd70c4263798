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
    expect(checkSkill(skill([`name: '${name}'`, description]), name)).toEqual([
      {
        rule: 'spec',
        severity: 'error',
        line: 2,
        message: expect.stringContaining('is not of the form 1 to 64'),
      },
    ]);
  },
);

test.each([
  ['error', null, 'the name is missing', [description]],
  ['error', 2, 'the name is missing', ['name:', description]],
  ['warning', 3, 'the name "y" differs from the folder\'s, "x"', [description, 'name: y']],
  ['error', 2, 'the name is missing', ['name:', '  - x', description]],
  ['error', null, 'the description is missing', ['name: x']],
  ['error', 3, 'the description is missing', ['name: x', "description: ' '"]],
  ['warning', 3, 'the limit is 1024', ['name: x', `description: ${'d'.repeat(1025)}`]],
  ['warning', 4, 'license is not text', ['name: x', description, 'license:', '  - MIT']],
  ['warning', 4, 'compatibility is not text', ['name: x', description, 'compatibility:', '  - a']],
  ['warning', 4, 'has 0 characters', ['name: x', description, "compatibility: ''"]],
  ['warning', 4, '501 characters', ['name: x', description, `compatibility: ${'c'.repeat(501)}`]],
  ['warning', 4, 'metadata is not a map', ['name: x', description, 'metadata: flat']],
  ['warning', 6, 'one level', ['name: x', description, 'metadata:', '  a:', '    b: c']],
  ['warning', 4, 'neither text nor', ['name: x', description, 'allowed-tools:', '  Read: yes']],
  ['warning', 4, 'version is not a field', ['name: x', description, 'version: 1']],
  ['error', 3, 'contains ":"', ['name: x', 'description: Use: it']],
])('finds an %s in line %s: %s', (severity, line, message, fields) => {
  expect(checkSkill(skill(fields), 'x')).toEqual([
    { rule: 'spec', severity, line, message: expect.stringContaining(message) },
  ]);
});

test('reports several problems together', () => {
  const found = checkSkill(skill(['name: X', 'origin: here'], ''), 'x');
  expect(found.map(({ line }) => line)).toEqual([2, null, 3, 5]);
});

test('a body of 499 lines is valid and one of 500 is not', () => {
  const fields = ['name: x', description];
  const lines = (count: number): string => Array.from({ length: count }, () => 'line').join('\n');
  expect(checkSkill(skill(fields, lines(499)), 'x')).toEqual([]);
  expect(checkSkill(skill(fields, lines(500)), 'x')).toMatchObject([
    { message: 'the body has 500 lines and should have under 500' },
  ]);
});
