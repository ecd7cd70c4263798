import { cp, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'vitest';
import { shippedPacksDir } from '../../../src/skill/pack-source.ts';
import { type World, withVariant } from '../claude.ts';

const packs = ['orchestration', 'router'];

/**
 * Both packs in a variant: the build lists their skills and agents, takes every call that their
 * texts give as an example, and shows nothing of them once they are taken out.
 */
export async function checkPacks(world: World, version: string): Promise<void> {
  const name = `p-${version}`;
  const args = ['--provider', 'mirror', '--claude-version', version, '--skills', packs.join(',')];
  await withVariant(world, name, args, async (data) => {
    expect(data).toMatchObject({ skills: packs, notes: [] });
    expect(data.agents).toHaveLength(6);
    expect(data.probe.skills).toEqual(expect.arrayContaining(packs));
    expect(data.probe.agents).toEqual(expect.arrayContaining(data.agents));
    const { document } = await world.ccMirror(['skills', 'check', '--build', name]);
    expect(document).toMatchObject({ ok: true });
    expect(document.data.packs).toMatchObject(packs.map((id) => ({ id, findings: [] })));
    await checkFalseClaim(world, name);
    await checkGivenBack(world, name, data);
  });
}

/** A parameter that the build's schema does not have is found. */
async function checkFalseClaim(world: World, build: string): Promise<void> {
  const folder = join(world.home, 'orchestration');
  await cp(join(shippedPacksDir, 'orchestration'), folder, { recursive: true });
  const reference = join(folder, 'references', 'recovery.md');
  const claim = '```\nTaskUpdate {"taskId": "1", "priority": 1}\n```\n';
  await writeFile(reference, `${await readFile(reference, 'utf8')}\n${claim}`);
  const { status, document } = await world.ccMirror(['skills', 'check', folder, '--build', build]);
  expect(status).toBe(2);
  expect(document.error?.message).toMatch(/^1 problem/);
}

/** What packs and teams cost is given back: nothing of them is in a session's request. */
async function checkGivenBack(
  world: World,
  name: string,
  { configDir, agents }: { configDir: string; agents: string[] },
): Promise<void> {
  const { document } = await world.ccMirror(['update', name, '--no-skills', '--no-teams']);
  const [data] = document.data.variants;
  expect(data).toMatchObject({ skills: [], agents: [], rules: [], probe: { teams: false } });
  expect(data.probe.skills).not.toEqual(expect.arrayContaining(['orchestration']));
  const listed: string[] = data.probe.agents;
  expect(listed.filter((agent) => agents.includes(agent))).toEqual([]);
  expect(await readFile(join(configDir, 'settings.json'), 'utf8')).not.toMatch(
    /hooks|\.cc-mirror\/\*/,
  );
}
