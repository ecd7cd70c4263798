import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { readSkillFiles } from '../../../src/skill/files.ts';
import { renderSkill } from '../../../src/skill/render.ts';
import { listShippedSkills, shippedSkillsDir } from '../../../src/skill/shipped.ts';
import { validateSkill } from '../../../src/skill/validate.ts';
import { textOf } from './folder.ts';

const contexts = [{ workerTool: 'Agent' }, { workerTool: 'Task' }, { workerTool: null }] as const;
const folder = join(shippedSkillsDir, 'orchestration');

async function rendered(context: (typeof contexts)[number]): Promise<string> {
  return renderSkill(await textOf(folder, 'SKILL.md'), context);
}

test('the orchestration skill is listed with a description that says when to use it', async () => {
  const skills = await listShippedSkills();
  expect(skills).toContainEqual({
    name: 'orchestration',
    description: expect.stringContaining('Use when'),
    folder,
  });
});

test.each(contexts)(
  'every shipped skill is valid for the worker tool $workerTool',
  async (each) => {
    for (const skill of await listShippedSkills()) {
      expect(await validateSkill(skill.folder, each)).toEqual([]);
      for (const { path, content } of await readSkillFiles(skill.folder, each)) {
        expect({ path, left: content.toString().match(/\{\{/gu) }).toEqual({ path, left: null });
      }
    }
  },
);

describe('the orchestration skill', () => {
  test('names only the worker tool of the build', async () => {
    expect(await rendered({ workerTool: 'Agent' })).not.toMatch(/\bTask\b/u);
    expect(await rendered({ workerTool: 'Agent' })).toContain('`Agent`');
    expect(await rendered({ workerTool: 'Task' })).not.toMatch(/\bAgent\b/u);
    expect(await rendered({ workerTool: 'Task' })).toContain('`Task`');
  });

  test('names both where the build is unknown, the older one once, at the first mention', async () => {
    const text = await rendered({ workerTool: null });
    expect(text.match(/`Task`/gu)).toHaveLength(1);
    expect(text.indexOf('`Task`') - text.indexOf('`Agent`')).toBeLessThan(40);
  });

  test.each(contexts)('costs under 2,000 tokens for $workerTool', async (context) => {
    expect((await rendered(context)).length / 3.5).toBeLessThan(2000);
  });

  test('names the task tools, their parameters and what to do without them', async () => {
    const text = await rendered({ workerTool: 'Agent' });
    const tools = [
      'TaskCreate',
      'TaskGet',
      'TaskUpdate',
      'TaskList',
      'AskUserQuestion',
      'TodoWrite',
    ];
    const inputs = [
      '"subject"',
      '"description"',
      '"activeForm"',
      '"taskId"',
      '"owner"',
      'addBlocks',
    ];
    const states = ['"addBlockedBy"', '`pending`', '`in_progress`', '`completed`'];
    const needed = [...tools, ...inputs, ...states, 'run_in_background', 'haiku', 'sonnet', 'opus'];
    expect(needed.filter((word) => !text.includes(word))).toEqual([]);
  });
});
