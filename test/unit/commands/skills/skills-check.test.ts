import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, expect, it } from 'vitest';
import { type CommandWorld, newCommandWorld } from '../run.ts';

let world: CommandWorld;
let folder: string;

beforeEach(async () => {
  world = await newCommandWorld();
  folder = join(world.root, 'x');
  await mkdir(folder);
});

async function writeSkill(...lines: string[]): Promise<void> {
  await writeFile(join(folder, 'SKILL.md'), ['---', ...lines].join('\n'));
}

const fence = '```';
const head = ['name: x', 'description: What and when.', '---'];

it('checks all shipped packs without a name, and finds nothing', async () => {
  const { status, data } = await world.json(['skills', 'check']);
  expect(status).toBe(0);
  expect(data.packs.length).toBeGreaterThan(1);
  for (const pack of data.packs) {
    expect(pack).toEqual({
      id: pack.source,
      source: expect.any(String),
      findings: [],
      tokens: {
        start: expect.any(Number),
        loaded: expect.any(Number),
        references: expect.any(Number),
        largest: expect.any(Number),
      },
      skills: [{ name: pack.id, tokens: pack.skills[0].tokens }],
      agents: expect.any(Array),
    });
    expect(Object.keys(pack.skills[0].tokens)).toEqual(Object.keys(pack.tokens));
    for (const { tokens } of pack.agents) expect(Object.keys(tokens)).toEqual(['start', 'loaded']);
  }
});

it('prints one warning per line and succeeds', async () => {
  await writeSkill(...head, '', 'See [a](none.md).');
  const { status, stdout } = await world.run(['skills', 'check', folder]);
  expect(status).toBe(0);
  expect(stdout.split('\n')[0]).toBe(
    `${join(folder, 'SKILL.md')}:6  warning  link  the skill has no none.md`,
  );
  expect(stdout).toMatch(/\n\npack +errors +warnings +start +loaded +references\nx +0 +1 +\d+ /);
});

it('exits with status 2 on errors, and still prints the findings', async () => {
  await writeSkill('name: x', '---', 'Text.');
  const made = await world.json(['skills', 'check', folder, 'router']);
  expect(made).toMatchObject({ status: 2, ok: false, error: { code: 'usage' } });
  expect(made.error?.message).toBe(`1 problem in ${folder}.`);
  const finding = { severity: 'error', file: 'SKILL.md', line: null, rule: 'spec' };
  expect(made.data.packs).toMatchObject([
    {
      id: 'x',
      source: folder,
      findings: [{ ...finding, message: 'the description is missing' }],
      tokens: { references: 0 },
    },
    { id: 'router', source: 'router', findings: [] },
  ]);
});

it('--build checks calls, tools and agents against a build', async () => {
  await writeSkill(
    ...head.slice(0, 2),
    'allowed-tools: Bash Grep',
    '---',
    fence,
    'Skill {"skill": "y"}',
    'Grep {"pattern": "y"}',
    fence,
  );
  const check = ['skills', 'check', folder];
  expect((await world.json(check)).data.packs[0].findings).toEqual([]);
  const { status, data } = await world.json([...check, '--build', world.claude]);
  expect(status).toBe(0);
  const told = data.packs[0].findings.map(
    ({ line, rule, message }: { line: number; rule: string; message: string }) =>
      `${line} ${rule} ${message}`,
  );
  expect(told).toEqual([
    '4 tool allowed-tools names Grep, which the build does not offer',
    '7 call Skill has no parameter skill',
    '8 call the tool Grep is not offered',
  ]);
});

it('--build uses the tools that a variant of the build would have', async () => {
  await writeSkill(...head, fence, 'TaskUpdate {}', fence);
  const check = ['skills', 'check', folder, '--build', world.claude];
  expect((await world.json(check)).data.packs[0].findings).toEqual([]);
});

it('refuses a folder that is neither a pack nor a skill', async () => {
  expect(await world.json(['skills', 'check', 'rooter'])).toMatchObject({ status: 2, ok: false });
  expect(await world.json(['skills', 'check', folder])).toMatchObject({ status: 3, ok: false });
});
