import { join } from 'node:path';
import { expect, test } from 'vitest';
import { checkSkill, validateSkill } from '../../../src/skill/validate.ts';
import { skillText, temporaryFolder, writeTree } from './folder.ts';

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
});

test.each(['A', 'a--b', '-a', 'a-', 'a_b', 'a.b', 'ä', '.', 'a'.repeat(65)])(
  'the name %s is invalid',
  (name) => {
    expect(checkSkill(skill([`name: '${name}'`, description]), name)).toMatchObject([
      { rule: 'name' },
    ]);
  },
);

test.each([
  ['name', [description]],
  ['name', ['name:', description]],
  ['name', ['name: y', description]],
  ['name', ['name:', '  - x', description]],
  ['description', ['name: x']],
  ['description', ['name: x', "description: ''"]],
  ['description', ['name: x', `description: ${'d'.repeat(1025)}`]],
  ['field', ['name: x', description, 'license:', '  - MIT']],
  ['field', ['name: x', description, 'compatibility:', '  - git']],
  ['field', ['name: x', description, `compatibility: ${'c'.repeat(501)}`]],
  ['field', ['name: x', description, 'metadata: flat']],
  ['frontmatter', ['name: x', 'description: Use: it']],
])('a problem with the %s is found (%#)', (rule, fields) => {
  expect(checkSkill(skill(fields), 'x')).toMatchObject([{ rule }]);
});

test('several problems are reported together', () => {
  const rules = checkSkill(skill(['name: X'], ''), 'x').map(({ rule }) => rule);
  expect(rules).toEqual(['name', 'description', 'body']);
});

test('a body of 499 lines is valid and one of 500 is not', () => {
  const fields = ['name: x', description];
  const lines = (count: number): string => Array.from({ length: count }, () => 'line').join('\n');
  expect(checkSkill(skill(fields, lines(499)), 'x')).toEqual([]);
  expect(checkSkill(skill(fields, lines(500)), 'x')).toMatchObject([{ rule: 'body' }]);
});

test('a folder is measured by its own name', async () => {
  const folder = await temporaryFolder();
  await writeTree(folder, { 'x/SKILL.md': skillText('x'), 'y/SKILL.md': skillText('x') });
  expect(await validateSkill(join(folder, 'x'))).toEqual([]);
  expect(await validateSkill(`${join(folder, 'x')}/`)).toEqual([]);
  expect(await validateSkill(join(folder, 'y'))).toMatchObject([{ rule: 'name' }]);
});

test('a folder without SKILL.md, a missing folder and a file are not skills', async () => {
  const folder = await temporaryFolder();
  await writeTree(folder, { 'x/other.md': '', file: '' });
  for (const path of ['x', 'none', 'file']) {
    expect(await validateSkill(join(folder, path))).toMatchObject([{ rule: 'missing' }]);
  }
});

test('with a context, a variable that rendering leaves is a problem', async () => {
  const folder = await temporaryFolder();
  const body = 'Start `{{worker_tool}}`.\n\nRun {{other_tool}} on `{{ spaced }}` and ${{ a.b }}.';
  await writeTree(folder, { 'x/SKILL.md': skillText('x', body) });
  expect(await validateSkill(join(folder, 'x'), { workerTool: 'Agent' })).toEqual([
    { rule: 'marker', line: 8, message: '{{other_tool}} was not filled in' },
  ]);
  expect(await validateSkill(join(folder, 'x'))).toEqual([]);
});
