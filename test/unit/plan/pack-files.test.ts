import { expect, it } from 'vitest';
import { planPacks, settingFor } from '../../../src/plan/pack-files.ts';
import { noPackTargets, viewFor } from '../../../src/plan/pack-files.ts';
import type { Packs } from '../../../src/plan/packs.ts';
import { planVariant } from '../../../src/plan/plan.ts';
import { loadPack } from '../../../src/skill/pack-source.ts';
import { assumedTools } from '../../../src/skill/tools.ts';
import type { VariantRecord } from '../../../src/variant/record.ts';
import { absent, input } from './input.ts';

const folders = { skills: '/v/skills', agents: '/v/agents' };
const plan = planVariant(input);
const view = viewFor(plan);

/** A pack with a skill and an agent of one file each, whose texts are copied. */
async function packOf(skill: string, agent: string): Promise<Packs['present'][number]> {
  const pack = await loadPack('orchestration');
  const file = { path: 'SKILL.md', source: '/p', content: Buffer.from(skill), executable: false };
  return {
    ...pack,
    templates: false,
    skills: pack.skills.slice(0, 1).map((one) => ({ ...one, name: skill, files: [file] })),
    agents: [
      {
        name: agent,
        description: '',
        listed: true,
        file: '/p',
        files: [{ ...file, path: `${agent}.md` }],
      },
    ],
  };
}

const installed = (names: readonly string[]): Pick<VariantRecord, 'skills' | 'agents'> => ({
  skills: names.map((name) => ({ name, files: [{ path: 'SKILL.md', sha256: 'a'.repeat(64) }] })),
  agents: names.map((name) => ({ path: `${name}.md`, sha256: 'a'.repeat(64) })),
});

/** On disk as it was installed. */
const targets = (names: readonly string[]): typeof noPackTargets => {
  const state = { kind: 'file', sha256: 'a'.repeat(64) } as const;
  return {
    skills: new Map(
      names.map((name) => [name, { taken: true, files: new Map([['SKILL.md', state]]) }]),
    ),
    agents: { taken: true, files: new Map(names.map((name) => [`${name}.md`, state])) },
  };
};

it('writes the packs at hand, removes what no pack has, and leaves those that are gone', async () => {
  const present = [await packOf('new', 'new'), await packOf('same', 'same')];
  const gone = { id: 'gone', source: '/gone', skills: ['left'], agents: ['left'] };
  const packs = { present, gone: [{ ...gone, hooks: [], permissions: [] }] };
  const names = ['same', 'left', 'old'];
  const files = planPacks(packs, installed(names), folders, view, targets(names));
  const shown = files.changes.map((one) => `${one.kind} ${'path' in one ? one.path : one.to}`);
  expect(shown.sort()).toEqual([
    'remove /v/agents/old.md',
    'remove /v/skills/old/SKILL.md',
    'write /v/agents/new.md',
    'write /v/agents/same.md',
    'write /v/skills/new/SKILL.md',
    'write /v/skills/same/SKILL.md',
  ]);
  expect(files.skills.map(({ name }) => name)).toEqual(['new', 'same', 'left']);
  expect(files.agents.map(({ path }) => path).sort()).toEqual(['left.md', 'new.md', 'same.md']);
  expect(files.notes).toEqual(['the pack gone stays as it is: /gone is gone']);
});

it('takes a build that was not run to have the task tools that it should have', () => {
  expect(settingFor(plan).tools).toEqual(assumedTools(true));
  const { analysis } = input.examination;
  const examination = { ...input.examination, analysis: { ...analysis, tasks: absent } };
  expect(settingFor(planVariant({ ...input, examination })).tools).toEqual(assumedTools(false));
  expect(settingFor(plan, assumedTools(false)).tools).toEqual(assumedTools(false));
});
