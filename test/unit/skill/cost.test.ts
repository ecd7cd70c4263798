import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { agentCost, packCost, skillCost } from '../../../src/skill/cost.ts';
import { sha256Of } from '../../../src/disk/hash.ts';
import { inspectInstalled } from '../../../src/skill/install/inspect-installed.ts';
import { readPack } from '../../../src/skill/pack.ts';
import { countTokens } from '../../../src/skill/tokens.ts';
import { assumedTools } from '../../../src/skill/tools.ts';
import { ownModels, viewOf } from '../../../src/skill/view.ts';
import { skillText } from './folder.ts';
import { temporaryFolder, writeTree } from '../../support/folder.ts';

const view = viewOf({ tools: assumedTools(true), models: ownModels });
const description = 'What it does and when.';

test('a pack costs its listing, its rendered skills and their references', async () => {
  const folder = temporaryFolder();
  const main = skillText('x', 'Use {{worker.tool}}.');
  await writeTree(folder, {
    'pack.json': JSON.stringify({
      id: 'x',
      description: 'What it is.',
      skills: ['.', 'more/y'],
      agents: ['agents/a.md'],
    }),
    'SKILL.md': main,
    'references/a.md': 'one two three',
    'references/b.md': 'one',
    'references/data.json': '{"no": "text"}',
    'more/y/SKILL.md': skillText('y', 'Short.'),
    'agents/a.md': skillText('a', 'Work.'),
  });
  const cost = await packCost(readPack(folder), view);
  const line = (name: string): number => countTokens(`- ${name}: ${description}\n`);
  const [x, y] = [main.replace('{{worker.tool}}', 'Agent'), skillText('y', 'Short.')].map(
    countTokens,
  );
  expect(cost).toEqual({
    tokens: {
      start: line('x') + line('y') + line('a'),
      loaded: x! + y!,
      references: 4,
      largest: 3,
    },
    skills: [
      { name: 'x', tokens: { start: line('x'), loaded: x, references: 4, largest: 3 } },
      { name: 'y', tokens: { start: line('y'), loaded: y, references: 0, largest: 0 } },
    ],
    agents: [
      { name: 'a', tokens: { start: line('a'), loaded: countTokens(skillText('a', 'Work.')) } },
    ],
  });
});

test('a text with broken or missing frontmatter still has a cost', async () => {
  expect(await agentCost('a', 'Hello')).toEqual({ start: countTokens('- a: \n'), loaded: 1 });
  expect(await skillCost('x', [])).toEqual({ start: 0, loaded: 0, references: 0, largest: 0 });
});

test('an installed skill is ours, edited or missing', async () => {
  const into = temporaryFolder();
  const texts = { 'SKILL.md': 'a', 'references/b.md': 'b', 'data.bin': 'c' };
  const files = Object.entries(texts).map(([path, text]) => ({
    path,
    sha256: sha256Of(Buffer.from(text)),
  }));
  const installed = { name: 'x', files };
  expect(await inspectInstalled(into, installed)).toEqual({ state: 'missing', texts: [] });
  await writeTree(join(into, 'x'), texts);
  expect(await inspectInstalled(into, installed)).toEqual({
    state: 'ours',
    texts: [
      { path: 'SKILL.md', text: 'a' },
      { path: 'references/b.md', text: 'b' },
    ],
  });
  await writeFile(join(into, 'x/SKILL.md'), 'mine');
  expect(await inspectInstalled(into, installed)).toMatchObject({ state: 'edited' });
  const withMore = { name: 'x', files: [...files.slice(1), { path: 'gone.md', sha256: '' }] };
  expect(await inspectInstalled(into, withMore)).toMatchObject({ state: 'edited' });
  const forged = { name: 'x', files: [{ path: '../../other', sha256: '' }] };
  await expect(inspectInstalled(into, forged)).rejects.toMatchObject({ code: 'invalid-record' });
});
