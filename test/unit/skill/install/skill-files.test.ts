import { mkdir, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readSkillFiles, renderFiles } from '../../../../src/skill/install/skill-files.ts';
import { renderOf } from '../../../../src/skill/template.ts';
import { assumedTools } from '../../../../src/skill/tools.ts';
import { ownModels, viewOf } from '../../../../src/skill/view.ts';
import { skillText } from '../folder.ts';
import { temporaryFolder, writeTree } from '../../../support/folder.ts';

test('hidden files and node_modules are not part of a skill', async () => {
  const folder = temporaryFolder();
  await writeTree(folder, {
    'SKILL.md': skillText('x'),
    '.env': 'TOKEN=secret',
    '.git/config': '',
    'scripts/.cache/a': '',
    'scripts/run.js': '',
    'scripts/node_modules/tool/index.js': '',
  });
  await mkdir(join(folder, 'node_modules/.bin'), { recursive: true });
  await symlink('../tool/cli.js', join(folder, 'node_modules/.bin/tool'));
  const files = readSkillFiles(folder);
  expect(files.map(({ path }) => path)).toEqual(['SKILL.md', 'scripts/run.js']);
});

test.each([
  ['{{#tasks}}open', /Unclosed section "tasks"/],
  ['token: ${{ secrets.TOKEN }}', /templates have no {{secrets\.TOKEN}}/],
  ['{{has.Glob}}', /{{has\.Glob}} is not text/],
])('refuses an invalid template and names its file: %s', async (text, message) => {
  const folder = temporaryFolder();
  await writeTree(folder, { 'SKILL.md': skillText('x'), 'references/a.md': text });
  const view = viewOf({ tools: assumedTools(true), models: ownModels });
  const files = readSkillFiles(folder);
  const render = renderOf({ templates: true, source: folder }, view);
  const rendering = (): unknown => renderFiles(files, render);
  expect(rendering).toThrow(`${join(folder, 'references/a.md')}: `);
  expect(rendering).toThrow(message);
  expect(rendering).toThrow(
    expect.objectContaining({
      code: 'usage',
      hint: `List all problems: cc-mirror skills check ${folder}`,
    }),
  );
});
