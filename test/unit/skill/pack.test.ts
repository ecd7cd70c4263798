import { join } from 'node:path';
import { expect, test } from 'vitest';
import { packSource, shippedPackIds, shippedPacks } from '../../../src/skill/catalogue.ts';
import { readPack } from '../../../src/skill/pack.ts';
import { skillText, temporaryFolder, writeTree } from './folder.ts';

const agent = '---\nname: helper\ndescription: Helps.\n---\n\nHelp.\n';
const manifest = { id: 'x', description: 'Does x.', skills: ['.'], agents: ['agents/helper.md'] };

async function folderOf(files: Record<string, string>): Promise<string> {
  const folder = await temporaryFolder();
  await writeTree(folder, files);
  return folder;
}

test('a pack is read with its skills and agents; what is not its skill is left out of that', async () => {
  const folder = await folderOf({
    'pack.json': JSON.stringify({ ...manifest, skills: ['.', 'more'], hooks: ['worker'] }),
    'SKILL.md': skillText('x'),
    'more/SKILL.md': skillText('more'),
    'agents/helper.md': agent,
  });
  expect(await readPack(folder)).toMatchObject({
    source: folder,
    id: 'x',
    templates: true,
    hooks: ['worker'],
    permissions: [],
    requires: { capabilities: [], tools: [] },
    skills: [
      { name: 'x', listed: true, folder, leaveOut: ['pack.json', 'more', 'agents/helper.md'] },
      { name: 'more', folder: join(folder, 'more'), leaveOut: [] },
    ],
    agents: [
      {
        name: 'helper',
        description: 'Helps.',
        listed: true,
        file: join(folder, 'agents/helper.md'),
      },
    ],
  });
});

test.each([
  ['a skill', { 'SKILL.md': skillText('x') }, ['x'], []],
  [
    'a checkout with a folder of skills, and agents',
    { 'skills/a/SKILL.md': skillText('a'), 'skills/b/SKILL.md': skillText('b'), 'README.md': '' },
    ['a', 'b'],
    [],
  ],
  [
    'a folder of skills',
    {
      'a/SKILL.md': skillText('a'),
      'agents/helper.md': agent,
      'agents/notes.txt': '',
      'agents/about.md': '# No agent',
    },
    ['a'],
    ['helper'],
  ],
])(
  '%s without pack.json is a pack whose texts are no templates',
  async (_, files, skills, agents) => {
    const pack = await readPack(await folderOf(files));
    expect(pack).toMatchObject({ templates: false, hooks: [], permissions: [] });
    expect(pack.skills.map(({ name }) => name)).toEqual(skills);
    expect(pack.agents.map(({ name }) => name)).toEqual(agents);
  },
);

test.each([
  ['disable-model-invocation: true', false],
  ['disable-model-invocation: true # typed only', false],
  ['disable-model-invocation: false', true],
  ['paths: src/**', false],
  ['paths:\n  - "*.ts"', false],
  ['paths: **/*.ts', false],
  ['user-invocable: false', true],
])('whether a session names a skill with %j: %s', async (field, listed) => {
  const folder = await folderOf({
    'SKILL.md': skillText('x').replace('\n---\n\n', `\n${field}\n---\n\n`),
  });
  expect(await readPack(folder)).toMatchObject({ skills: [{ name: 'x', listed }] });
});

test('permission rules of tools, with and without a pattern, are taken', async () => {
  const permissions = ['Read', 'Bash(git log *)', 'Edit(.cc-mirror/**)', 'mcp__a-b__c'];
  const folder = await folderOf({
    'pack.json': JSON.stringify({ ...manifest, agents: [], permissions }),
    'SKILL.md': skillText('x'),
  });
  expect(await readPack(folder)).toMatchObject({ permissions });
});

test.each([
  ['{"id":', /pack\.json: it is not valid JSON/],
  [{ ...manifest, extra: 1 }, /Unrecognized key: "extra"/],
  [{ ...manifest, id: 'A b' }, /id: is not of the form/],
  [{ ...manifest, skills: ['../y'] }, /skills\.0: leads out of the pack/],
  [{ ...manifest, hooks: ['rm -rf'] }, /hooks\.0/],
  [{ ...manifest, agents: ['SKILL.md'] }, /SKILL\.md: it is called SKILL\.md/],
  [{ ...manifest, description: 'x\u001b[2J' }, /description: is empty or has a control character/],
  [{ ...manifest, fallbacks: { tasks: '\u0007' } }, /fallbacks\.tasks: is empty or has/],
  [{ ...manifest, requires: { tools: ['A\nB'] } }, /requires\.tools\.0: is empty or has/],
  [{ ...manifest, permissions: ['Bash(\u001b[2J)'] }, /permissions\.0: is no permission rule/],
  [{ ...manifest, permissions: ['rm -rf'] }, /permissions\.0: is no permission rule/],
  [{ ...manifest, '\u001b[2J': 1 }, /Unrecognized key: "\\u001b\[2J"/],
  [{ ...manifest, fallbacks: { tasks: 'x' } }, /fallbacks\.tasks: is nothing that the pack req/],
  [
    { ...manifest, requires: { tools: ['Agent|Task'] }, fallbacks: { Task: 'x' } },
    /fallbacks\.Task/,
  ],
  [{ ...manifest, skills: ['open'] }, /open\/SKILL\.md: Unclosed section "tasks"/],
])('a pack.json that is wrong is refused with its place: %j', async (json, message) => {
  const folder = await folderOf({
    'pack.json': typeof json === 'string' ? json : JSON.stringify(json),
    'SKILL.md': skillText('x'),
    'open/SKILL.md': skillText('open', '{{#tasks}}'),
    'agents/helper.md': agent,
  });
  await expect(readPack(folder)).rejects.toMatchObject({
    code: 'usage',
    message: expect.stringMatching(message),
    hint: `See all that is wrong: cc-mirror skills check ${folder}`,
  });
});

test.each([
  [{ 'README.md': '' }, 'no-such-path', /holds no skill/],
  [{ 'pack.json': JSON.stringify(manifest) }, 'no-such-path', /SKILL\.md is not there/],
  [{ 'SKILL.md': 'no frontmatter' }, 'usage', /SKILL\.md:1/],
  [{ 'SKILL.md': '---\ndescription: x\n---\n' }, 'usage', /its name is missing/],
])('a folder that is no pack is refused: %j', async (files, code, message) => {
  await expect(readPack(await folderOf(files))).rejects.toMatchObject({
    code,
    message: expect.stringMatching(message),
  });
});

test('the shipped packs are there, each by its id', async () => {
  expect(await shippedPackIds()).toEqual(['orchestration', 'router']);
  for (const pack of await shippedPacks()) {
    expect(pack).toMatchObject({ source: pack.id, templates: true });
    expect(pack.skills.map(({ name }) => name)).toEqual([pack.id]);
    expect(pack.description).not.toBe('');
  }
});

test('a pack is named by its id or by its folder', async () => {
  expect(await packSource('router')).toBe('router');
  expect(await packSource('./mine')).toBe(join(process.cwd(), 'mine'));
  expect(await packSource('/a/b')).toBe('/a/b');
  await expect(packSource('https://example.com/a.git')).rejects.toMatchObject({
    code: 'usage',
    hint: expect.stringContaining('git clone'),
  });
  await expect(packSource('juggling')).rejects.toMatchObject({
    code: 'usage',
    hint: 'There are: orchestration, router. A folder is given with a slash, as in ./juggling',
  });
});
