import { symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { CheckOptions } from '../../../../src/skill/check/check-pack.ts';
import { checkSource } from '../../../../src/skill/check/check-source.ts';
import { assumedTools } from '../../../../src/skill/tools.ts';
import { ownModels } from '../../../../src/skill/view.ts';
import { temporaryFolder, writeTree } from '../../../support/folder.ts';

const unknown: CheckOptions = { tools: null, agents: null, models: ownModels };
const build: CheckOptions = {
  tools: assumedTools(true),
  agents: ['general-purpose'],
  models: ownModels,
};

/** A skill or agent file; the body starts on line 7, after an empty line. */
function text(name: string, body = 'Do it.', field = 'license: MIT'): string {
  return `---\nname: ${name}\ndescription: What it does and when.\n${field}\n---\n\n${body}\n`;
}

const manifest = (id: string, more: object = {}): string =>
  JSON.stringify({ id, description: 'What it is.', skills: ['.'], ...more });

async function check(
  files: Record<string, string>,
  options = unknown,
): Promise<{ pack: object | null; lines: string[] }> {
  const folder = join(temporaryFolder(), 'x');
  await writeTree(folder, files);
  const { pack, findings } = await checkSource(folder, options);
  const lines = findings.map(
    ({ file, line, severity, rule, message }) =>
      `${file}:${line ?? '-'} ${severity} ${rule} ${message.replaceAll(folder, 'FOLDER')}`,
  );
  return { pack, lines };
}

const words = (count: number): string => 'word '.repeat(count);
const call = '```\nAgent {"description": "d", "prompt": "p", "subagent_type": "other"}\n```';

describe('a pack with a pack.json', () => {
  test('has no findings if it is valid', async () => {
    const files = {
      'pack.json': manifest('x', { agents: ['agents/x-a.md'] }),
      'SKILL.md': text(
        'x',
        `Use {{worker.tool}} and [a](references/a.md).\n\n${call.replace('other', 'x-a')}`,
      ),
      'references/a.md': 'Read me.',
      'agents/x-a.md': text('x-a', 'Work.', 'tools: Read, Bash(git *), mcp__a__b, AskUserQuestion'),
    };
    expect(await check(files, build)).toMatchObject({ pack: { id: 'x' }, lines: [] });
    expect(await check(files)).toMatchObject({ lines: [] });
  });

  test('is checked by every rule, in the lines of its files', async () => {
    const skill = [
      '{{#tasks}}',
      'Read references/none.md.',
      '{{/tasks}}',
      '{{#has.Glob}}',
      'left out',
      '{{/has.Glob}}',
      call,
      '```',
      'Agent {"prompt": "p"}',
      'Glob {"pattern": "p"}',
      '```',
    ];
    const { lines } = await check(
      {
        'pack.json': manifest('x', { skills: ['.', 'more/y'], agents: ['agents/x-a.md'] }),
        'SKILL.md': text('y', skill.join('\n'), 'allowed-tools: Read Grep(a b) Task'),
        'references/big.md': words(3001),
        'more/y/SKILL.md': text('y', words(2600), 'origin: here'),
        'agents/x-a.md': text('x-a', words(1201), 'tools: Glob, Read'),
      },
      build,
    );
    expect(lines.sort()).toEqual(
      [
        'SKILL.md:2 error spec the name "y" differs from the folder\'s, "x"',
        'SKILL.md:4 error tool allowed-tools names Grep, which the build does not offer',
        'SKILL.md:8 error link the skill has no references/none.md',
        'SKILL.md:14 error agent Agent starts other, which is neither an agent of the build nor of the pack',
        'SKILL.md:17 error call Agent needs description',
        'SKILL.md:18 error call the tool Glob is not offered',
        'agents/x-a.md:- error tokens the file has 1223 tokens and should have at most 1200',
        'agents/x-a.md:4 error tool tools names Glob, which the build does not offer',
        'more/y/SKILL.md:- error tokens SKILL.md has 2619 tokens and should have at most 2500',
        'more/y/SKILL.md:4 error spec origin is not a field of the specification',
        'references/big.md:- error link no text of the skill mentions it, so it is never read',
        'references/big.md:- error tokens the file has 3002 tokens and should have at most 3000',
      ].sort(),
    );
  });

  test('has findings for broken templates', async () => {
    const { lines } = await check({
      'pack.json': manifest('x'),
      'SKILL.md': text(
        'x',
        'Read references/a.md. {{worker.tol}} {{#has.Glob.pattern}}a{{/has.Glob.pattern}}',
      ),
      'references/a.md': '{{#tasks}}',
    });
    expect(lines).toEqual([
      'SKILL.md:- error template templates have no {{worker.tol}}',
      expect.stringMatching(/^references\/a.md:- error template Unclosed section "tasks"/),
    ]);
  });

  test('has its control characters and line breaks escaped', async () => {
    const { lines } = await check({ 'SKILL.md': text('x', '[a](\u001b[31m%0A\u202e.md)') });
    expect(lines).toEqual([
      'SKILL.md:7 warning link the skill has no \\u001b[31m\\u000a\\u202e.md',
    ]);
  });

  test('has findings for an invalid pack.json along with those of its texts', async () => {
    const { pack, lines } = await check({
      'pack.json': manifest('x', { hook: [] }),
      'SKILL.md': text('x', 'See [a](none.md).'),
      'skills/y/SKILL.md': text('y', '[a](none.md)'),
      'agents/a.md': text('b'),
    });
    expect(pack).toBe(null);
    expect(lines).toEqual([
      expect.stringMatching(/^\.:- error pack FOLDER\/pack.json: .*"hook"/),
      'SKILL.md:7 error link the skill has no none.md',
      'skills/y/SKILL.md:7 error link the skill has no none.md',
      'agents/a.md:2 error agent the name "b" differs from the file\'s, "a"',
    ]);
  });
});

describe('other skills', () => {
  test('are not rendered, and departures from the specification are warnings', async () => {
    const body = `{{worker.tol}}\n${call}\n\n[a](none.md)\n\n${words(5001)}`;
    const files = {
      'skills/y/SKILL.md': text('z', body, 'model: opus'),
      'skills/y/references/big.md': words(3001),
      'agents/y-a.md': text('y-a', words(1201), 'tools: [Glob]'),
    };
    const { pack, lines } = await check(files, build);
    expect(pack).toMatchObject({ skills: [{ name: 'z' }], agents: [{ name: 'y-a' }] });
    const skill = 'skills/y/SKILL.md';
    expect(lines).toEqual([
      `${skill}:2 warning spec the name "z" differs from the folder's, "y"`,
      `${skill}:4 warning spec model is not a field of the specification`,
      expect.stringMatching(`${skill}:- warning tokens the body has 50.. tokens`),
      expect.stringContaining(`${skill}:9 warning agent Agent starts other`),
      `${skill}:12 warning link the skill has no none.md`,
      expect.stringMatching('skills/y/references/big.md:- warning link'),
      'agents/y-a.md:4 warning tool tools names Glob, which the build does not offer',
    ]);
    expect((await check(files)).lines).toHaveLength(5);
  });

  test.each([
    ['Just text.', '1 error spec the file does not start with a line `---`'],
    ['---\ndescription: d\n---\nx', '- error spec the name is missing'],
    ['---\nname: x\n---\nx', '- error spec the description is missing'],
    [
      '---\nname: x\ndescription: a: b\n---\nx',
      '3 error spec put the value in quotes: it contains ":"',
    ],
    ['---\nname: X y\ndescription: d\n---\nx', '2 error spec the name "X y" is not of the form'],
  ])('have errors if they cannot be loaded: %j', async (skill, expected) => {
    const { lines } = await check({ 'SKILL.md': skill });
    expect(lines).toEqual([expect.stringContaining(`SKILL.md:${expected}`)]);
  });

  test('have an error for an agent with unclosed frontmatter or without a description', async () => {
    const { lines } = await check({
      'SKILL.md': text('x'),
      'agents/a.md': '---\ndescription: A.\n',
      'agents/b.md': '---\nname: b\n---\nx',
    });
    expect(lines).toEqual([
      'agents/a.md:1 error agent the frontmatter has no closing line `---`',
      'agents/b.md:- error agent the description is missing',
    ]);
  });

  test('have an error for a symbolic link', async () => {
    const folder = temporaryFolder();
    await writeTree(folder, { 'x/SKILL.md': text('x') });
    await symlink('/etc/hostname', join(folder, 'x/link.md'));
    const { findings } = await checkSource(join(folder, 'x'), unknown);
    expect(findings).toMatchObject([
      { severity: 'error', file: '.', rule: 'pack', message: expect.stringContaining('link.md') },
    ]);
  });

  test('are refused if nothing in the folder belongs to a pack', async () => {
    const folder = temporaryFolder();
    await expect(checkSource(folder, unknown)).rejects.toMatchObject({ code: 'no-such-path' });
    await expect(checkSource(join(folder, 'none'), unknown)).rejects.toMatchObject({
      code: 'no-such-path',
    });
  });
});
