import { mkdir, readFile, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { writeFakeClaude } from '../../support/fake-claude.ts';
import { skillText } from '../skill/folder.ts';
import { create, newWorld, update } from './world.ts';
import { treeOf, writeTree } from '../../support/folder.ts';
import { failure } from '../../support/failure.ts';

describe('packs', () => {
  it('of the user are copied, updated from their folder, and kept when it is gone', async () => {
    const world = await newWorld();
    const folder = join(world.root, 'mine');
    const files = { 'SKILL.md': skillText('mine', '{{left}} as it is'), 'run.sh': 'echo' };
    await writeTree(folder, files);
    const { configDir, packs } = await create(world, { skills: ['orchestration', folder] });
    expect(packs[1]).toMatchObject({ source: folder, skills: ['mine'], hooks: [] });
    const place = join(configDir, 'skills', 'mine');
    expect(await readFile(join(place, 'SKILL.md'), 'utf8')).toBe(files['SKILL.md']);

    await writeTree(folder, { 'run.sh': 'echo 2' });
    await update(world);
    expect(await readFile(join(place, 'run.sh'), 'utf8')).toBe('echo 2');

    await rm(folder, { recursive: true });
    const record = await update(world);
    expect(record.notes).toEqual([`the pack mine stays as it is: ${folder} is gone`]);
    expect(record.skills.map(({ name }) => name)).toEqual(['orchestration', 'mine']);
    expect(await readFile(join(place, 'run.sh'), 'utf8')).toBe('echo 2');
    const settings = await readFile(join(configDir, 'settings.json'), 'utf8');
    expect(settings).toContain('Skill(mine)');
  });

  it('do not replace the user’s agents, or agents that were edited', async () => {
    const world = await newWorld();
    const { configDir } = await create(world);
    const agents = join(configDir, 'agents');
    await writeTree(agents, { 'router-planner.md': 'mine', 'own.md': 'mine' });
    const before = await treeOf(world.root);
    await expect(update(world, { skills: ['router'] })).rejects.toMatchObject(
      failure('name-taken', /agents\/router-planner\.md exists/),
    );
    expect(await treeOf(world.root)).toEqual(before);

    await rm(join(agents, 'router-planner.md'));
    await update(world, { skills: ['router'] });
    await writeFile(join(agents, 'router-planner.md'), 'edited');
    const record = await update(world);
    expect(record.notes).toEqual(['the agent file router-planner.md stays as you edited it']);
    expect(await readFile(join(agents, 'router-planner.md'), 'utf8')).toBe('edited');
    await update(world, { skills: [] });
    expect((await readdir(agents)).sort()).toEqual(['own.md', 'router-planner.md']);
  });

  it('are changed without changing the Claude Code, even if that is gone or has changed', async () => {
    const world = await newWorld();
    const { bundle } = await create(world);
    await writeFakeClaude(world.claude, { version: '2.1.19' });
    const changed = await update(world, {
      source: undefined,
      skills: ['orchestration', 'router'],
      keepVersion: true,
    });
    expect(changed).toMatchObject({ claudeVersion: '2.1.16', bundle: { sha256: bundle.sha256 } });
    await rm(world.claude, { recursive: true });
    const again = await update(world, { source: undefined, skills: [], keepVersion: true });
    expect(again).toMatchObject({ claudeVersion: '2.1.16', packs: [] });
  });

  it('skip a folder of agents that is a link, and say so', async () => {
    const world = await newWorld();
    const { configDir } = await create(world);
    const elsewhere = join(world.root, 'dots');
    await mkdir(elsewhere);
    await symlink(elsewhere, join(configDir, 'agents'));
    const { notes } = await update(world, { skills: ['router'] });
    expect(notes.join()).toMatch(/config\/agents leads to .*dots/);
    expect(await readdir(elsewhere)).toEqual([]);
  });

  it('report that their needs were not checked if the build was not run', async () => {
    const world = await newWorld();
    const { notes } = await create(world, { prove: false });
    expect(notes).toEqual([expect.stringMatching(/^the build was not run/)]);
  });

  it('report what they do without if a build lacks what they need', async () => {
    const world = await newWorld({ tasks: 'absent' });
    const { notes, configDir } = await create(world);
    expect(notes).toContainEqual(expect.stringMatching(/^orchestration: without tasks /));
    const skill = await readFile(join(configDir, 'skills/orchestration/SKILL.md'), 'utf8');
    expect(skill).toContain('.cc-mirror/plan.md');
    expect(skill).not.toContain('TaskCreate');
  });

  it('lose their rules with --no-rules, and regain them', async () => {
    const world = await newWorld();
    const { configDir } = await create(world, { rules: false });
    const settings = (): Promise<string> => readFile(join(configDir, 'settings.json'), 'utf8');
    expect(await settings()).not.toContain('hooks');
    expect(await readdir(join(world.home, 'one'))).not.toContain('hooks');
    await update(world, { rules: true });
    expect(await settings()).toContain('rules.sh');
    expect((await readdir(join(world.home, 'one', 'hooks'))).sort()).toEqual([
      'rules.cjs',
      'rules.json',
      'rules.sh',
    ]);
  });
});
