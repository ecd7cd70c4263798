import { rm, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { loadPack } from '../../../src/skill/pack-source.ts';
import { assumedTools } from '../../../src/skill/tools.ts';
import {
  fallbacksOf,
  grantsOf,
  recordsOf,
  modelsIn,
  permissionsOf,
} from '../../../src/plan/packs.ts';
import { loadPacks } from '../../../src/lifecycle/load-packs.ts';
import { skillText } from '../skill/folder.ts';
import { temporaryFolder, writeTree } from '../../support/folder.ts';
import { failure } from '../../support/failure.ts';

const on = { tasks: 'on', teams: 'on' } as const;
const off = { tasks: 'absent', teams: 'off' } as const;

describe('a need that a build lacks', () => {
  it('is reported with the pack’s own workaround', async () => {
    const packs = [await loadPack('orchestration'), await loadPack('router')];
    expect(fallbacksOf(packs, assumedTools(true), on)).toEqual([]);
    const said = fallbacksOf(packs, assumedTools(false), off);
    expect(said).toHaveLength(2);
    expect(said[0]).toMatch(/^orchestration: without tasks .*\.cc-mirror\/plan\.md/);
  });

  it('excludes a pack without a workaround', async () => {
    const pack = await loadPack('orchestration');
    expect(() => fallbacksOf([{ ...pack, fallbacks: {} }], assumedTools(true), off)).toThrow(
      /orchestration needs tasks/,
    );
    const { Agent: _, ...tools } = assumedTools(true);
    expect(() => fallbacksOf([pack], tools, on)).toThrow(/orchestration needs Agent or Task/);
    expect(fallbacksOf([pack], null, on)).toEqual([]);
  });
});

it('allows the skills, reading beside them, and a pack’s requests, each once', async () => {
  const { id, source } = await loadPack('orchestration');
  const record = {
    id,
    source,
    agents: [],
    hooks: [],
    skills: ['a', 'b'],
    permissions: ['Edit(x)'],
  };
  expect(permissionsOf([record, record], '/h/one two/config')).toEqual([
    'Skill(a)',
    'Read(//h/one two/config/skills/a/**)',
    'Skill(b)',
    'Read(//h/one two/config/skills/b/**)',
    'Edit(x)',
  ]);
  expect(permissionsOf([record], String.raw`C:\Users\u\config`)).toContain(
    'Read(//c/Users/u/config/skills/a/**)',
  );
});

it('reports what a pack of the user allows itself', async () => {
  const shipped = await loadPack('orchestration');
  const mine = { ...shipped, source: '/mine', id: 'mine', permissions: ['Bash(*)'] };
  expect(grantsOf({ present: [shipped, mine], gone: [] })).toEqual([
    'mine is allowed without asking: Bash(*)',
  ]);
});

it('takes the models from the variables of the launcher', () => {
  expect(modelsIn({})).toEqual({ haiku: null, sonnet: null, opus: null, subagent: null });
  const env = { ANTHROPIC_DEFAULT_HAIKU_MODEL: 'h', CLAUDE_CODE_SUBAGENT_MODEL: 's' };
  expect(modelsIn(env)).toEqual({ haiku: 'h', sonnet: null, opus: null, subagent: 's' });
});

it('refuses the user’s pack inside the variant, through a link as well', async () => {
  const folder = temporaryFolder();
  const variant = join(folder, 'one');
  await writeTree(variant, { 'config/skills/mine/SKILL.md': skillText('mine') });
  await symlink(join(variant, 'config/skills/mine'), join(folder, 'link'));
  for (const source of [join(variant, 'config/skills/mine'), variant, join(folder, 'link')]) {
    await expect(loadPacks([source], null, variant)).rejects.toMatchObject(
      failure('usage', /is inside the variant/),
    );
  }
});

it('treats a pack as gone only if its folder is', async () => {
  const folder = join(temporaryFolder(), 'mine');
  await writeTree(folder, { 'SKILL.md': skillText('mine') });
  const { present } = await loadPacks([folder], null, '/none');
  const packs = recordsOf({ present, gone: [] });
  await rm(join(folder, 'SKILL.md'));
  await expect(loadPacks([folder], { packs }, '/none')).rejects.toMatchObject(
    failure('no-such-path', /has no skill/),
  );
  await rm(folder, { recursive: true });
  expect(await loadPacks([folder], { packs }, '/none')).toEqual({ present: [], gone: packs });
  await expect(loadPacks([folder], null, '/none')).rejects.toMatchObject({ code: 'no-such-path' });
});

it('refuses two packs with a skill of one name', async () => {
  const folder = temporaryFolder();
  await writeTree(folder, { 'mine/SKILL.md': skillText('orchestration', 'Mine.') });
  const mine = join(folder, 'mine');
  await expect(loadPacks(['orchestration', mine], null, '/none')).rejects.toMatchObject(
    failure('usage', /both have a skill orchestration/),
  );
});
