import { join } from 'node:path';
import { expect, test } from 'vitest';
import { packSource, shippedPackIds, shippedPacks } from '../../../src/skill/pack-source.ts';
import { readPack } from '../../../src/skill/pack.ts';
import { skillText } from './folder.ts';
import { temporaryFolder, writeTree } from '../../support/folder.ts';

const agent = '---\nname: helper\ndescription: Helps.\n---\n\nHelp.\n';
const manifest = { id: 'x', description: 'Does x.', skills: ['.'], agents: ['agents/helper.md'] };

async function folderOf(files: Record<string, string>): Promise<string> {
  const folder = temporaryFolder();
  await writeTree(folder, files);
  return folder;
}

test('reads a pack; the other parts of the pack are left out of its own skill', async () => {
  const folder = await folderOf({
    'pack.json': JSON.stringify({ ...manifest, skills: ['.', 'more'], hooks: ['worker'] }),
    'SKILL.md': skillText('x'),
    'more/SKILL.md': skillText('more'),
    'agents/helper.md': agent,
  });
  expect(readPack(folder)).toMatchObject({
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
  '%s without pack.json is a pack whose texts are not templates',
  async (_, files, skills, agents) => {
    const pack = readPack(await folderOf(files));
    expect(pack).toMatchObject({ templates: false, hooks: [], permissions: [] });
    expect(pack.skills.map(({ name }) => name)).toEqual(skills);
    expect(pack.agents.map(({ name }) => name)).toEqual(agents);
  },
);

test.each([
  ['disable-model-invocation: true', false],
  ['disable-model-invocation: true # typed only', false],
  ['disable-model-invocation: maybe', false],
  ['disable-model-invocation: false', true],
  ['paths: src/**', false],
  ['paths:\n  - "*.ts"', false],
  ['paths: **/*.ts', false],
  ['user-invocable: false', true],
])('whether a session names a skill with %j: %s', async (field, listed) => {
  const folder = await folderOf({
    'SKILL.md': skillText('x').replace('\n---\n\n', `\n${field}\n---\n\n`),
  });
  expect(readPack(folder)).toMatchObject({ skills: [{ name: 'x', listed }] });
});

test('accepts permission rules with and without a pattern', async () => {
  const permissions = ['Read', 'Bash(git log *)', 'Edit(.cc-mirror/**)', 'mcp__a-b__c'];
  const folder = await folderOf({
    'pack.json': JSON.stringify({ ...manifest, agents: [], permissions }),
    'SKILL.md': skillText('x'),
  });
  expect(readPack(folder)).toMatchObject({ permissions });
});

test.each([
  ['{"id":', /pack\.json: invalid JSON at/],
  [{ ...manifest, extra: 1 }, /Unrecognized key: "extra"/],
  [{ ...manifest, id: 'A b' }, /id: is not of the form/],
  [{ ...manifest, skills: ['../y'] }, /skills\.0: is outside of the pack/],
  [{ ...manifest, hooks: ['rm -rf'] }, /hooks\.0/],
  [{ ...manifest, agents: ['SKILL.md'] }, /SKILL\.md: the file is called SKILL\.md/],
  [{ ...manifest, description: 'x\u001b[2J' }, /description: is empty or has a control character/],
  [{ ...manifest, fallbacks: { tasks: '\u0007' } }, /fallbacks\.tasks: is empty or has/],
  [{ ...manifest, requires: { tools: ['A\nB'] } }, /requires\.tools\.0: is empty or has/],
  [{ ...manifest, permissions: ['Bash(\u001b[2J)'] }, /permissions\.0: is not a permission rule/],
  [{ ...manifest, permissions: ['rm -rf'] }, /permissions\.0: is not a permission rule/],
  [{ ...manifest, '\u001b[2J': 1 }, /Unrecognized key: "\\u001b\[2J"/],
  [{ ...manifest, 'a\n\u202eb': 1 }, /Unrecognized key: "a\\u000a\\u202eb"/],
  [{ ...manifest, fallbacks: { tasks: 'x' } }, /fallbacks\.tasks: is not required by the pack/],
  [
    { ...manifest, requires: { tools: ['Agent|Task'] }, fallbacks: { Task: 'x' } },
    /fallbacks\.Task/,
  ],
  [{ ...manifest, skills: ['open'] }, /open\/SKILL\.md: Unclosed section "tasks"/],
])('refuses an invalid pack and names the place: %j', async (json, message) => {
  const folder = await folderOf({
    'pack.json': typeof json === 'string' ? json : JSON.stringify(json),
    'SKILL.md': skillText('x'),
    'open/SKILL.md': skillText('open', '{{#tasks}}'),
    'agents/helper.md': agent,
  });
  expect(() => readPack(folder)).toThrow(
    expect.objectContaining({
      code: 'usage',
      message: expect.stringMatching(message),
      hint: `List all problems: cc-mirror skills check ${folder}`,
    }),
  );
});

test.each([
  [{ 'README.md': '' }, 'no-such-path', /has no skill/],
  [{ 'pack.json': JSON.stringify(manifest) }, 'no-such-path', /SKILL\.md does not exist/],
  [{ 'SKILL.md': 'no frontmatter' }, 'usage', /SKILL\.md:1/],
  [{ 'SKILL.md': '---\ndescription: x\n---\n' }, 'usage', /its name is missing/],
])('refuses a folder that is not a pack: %j', async (files, code, message) => {
  const folder = await folderOf(files);
  expect(() => readPack(folder)).toThrow(
    expect.objectContaining({ code, message: expect.stringMatching(message) }),
  );
});

test('loads the shipped packs by id', async () => {
  expect(shippedPackIds()).toEqual(['orchestration', 'router']);
  for (const pack of await shippedPacks()) {
    expect(pack).toMatchObject({ source: pack.id, templates: true });
    expect(pack.skills.map(({ name }) => name)).toEqual([pack.id]);
    expect(pack.description).not.toBe('');
  }
});

test('a pack is named by its id or its folder', () => {
  expect(packSource('router')).toBe('router');
  expect(packSource('./mine')).toBe(join(process.cwd(), 'mine'));
  expect(packSource('/a/b')).toBe('/a/b');
  expect(() => packSource('https://example.com/a.git')).toThrow(
    expect.objectContaining({ code: 'usage', hint: expect.stringContaining('git clone') }),
  );
  expect(() => packSource('juggling')).toThrow(
    expect.objectContaining({
      code: 'usage',
      hint: 'Shipped packs: orchestration, router. To give a folder, use a slash: ./juggling',
    }),
  );
});
