import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, expect, it } from 'vitest';
import { shippedPackIds } from '../../../../src/skill/pack-source.ts';
import { type CommandWorld, newCommandWorld } from '../run.ts';

let world: CommandWorld;

beforeEach(async () => {
  world = await newCommandWorld();
});

const tokens = {
  start: expect.any(Number),
  loaded: expect.any(Number),
  references: expect.any(Number),
  largest: expect.any(Number),
};
const agentTokens = { start: expect.any(Number), loaded: expect.any(Number) };

function checkWidth(text: string): void {
  expect(text.split('\n').filter((line) => line.length > 100)).toEqual([]);
}

it('lists the shipped packs with their cost, also by default', async () => {
  const { status, data } = await world.json(['skills']);
  expect(status).toBe(0);
  expect(data.packs.map(({ id }: { id: string }) => id)).toEqual(shippedPackIds());
  expect(data.packs).toContainEqual({
    id: 'orchestration',
    description: expect.stringMatching(/./),
    source: 'orchestration',
    skills: [{ name: 'orchestration', tokens }],
    agents: [],
    tokens,
  });
  const router = data.packs.find(({ id }: { id: string }) => id === 'router');
  expect(router.agents).toContainEqual({ name: 'router-planner', tokens: agentTokens });
  const { stdout } = await world.run(['skills', 'list']);
  expect(stdout).toMatch(/^orchestration {2}\w/);
  expect(stdout).toMatch(/\n\npack +start +loaded +references\norchestration +\d+ +\d+ +\d+\n/);
  checkWidth(stdout);
});

it('shows the state of a variant’s skills and agents', async () => {
  const packs = ['--skills', 'orchestration,router'];
  await world.json(['quick', 'one', '--provider', 'mirror', '--from', world.claude, ...packs]);
  const config = join(world.home, 'one', 'config');
  await writeFile(join(config, 'skills/router/SKILL.md'), 'mine');
  await writeFile(join(config, 'agents/router-planner.md'), 'mine');
  await rm(join(config, 'agents/router-code-reviewer.md'));

  const { status, data } = await world.json(['skills', 'list', 'one']);
  expect(status).toBe(0);
  expect(data).toMatchObject({
    variant: 'one',
    skills: [
      { name: 'orchestration', pack: 'orchestration', state: 'ours', tokens },
      { name: 'router', pack: 'router', state: 'edited', tokens },
    ],
  });
  const agent = (name: string, state: string): object => ({
    name: `router-${name}`,
    pack: 'router',
    state,
    tokens: agentTokens,
  });
  expect(data.agents).toHaveLength(6);
  expect(data.agents).toContainEqual(agent('planner', 'edited'));
  expect(data.agents).toContainEqual(agent('code-reviewer', 'missing'));
  expect(data.agents).toContainEqual(agent('bug-investigator', 'ours'));
  const { stdout } = await world.run(['skills', 'list', 'one']);
  expect(stdout).toMatch(/^name +kind +state +pack +start +loaded +references\n/);
  expect(stdout).toMatch(/\norchestration +skill +ours +orchestration +\d+ +\d+ +\d+\n/);
  expect(stdout).toMatch(/\nrouter-code-reviewer +agent +missing +router +0 +0 +-\n/);
  checkWidth(stdout);
});

it('says how to add skills to a variant without any; refuses an unknown variant', async () => {
  await world.json(['quick', 'one', '--provider', 'mirror', '--from', world.claude, '--no-skills']);
  const { stdout } = await world.run(['skills', 'list', 'one']);
  expect(stdout).toContain('cc-mirror skills add one PACK');
  expect(await world.json(['skills', 'list', 'two'])).toMatchObject({ status: 3, ok: false });
});
