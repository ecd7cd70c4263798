import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { earlierKey } from '../../../support/earlier-variant.ts';
import { treeOf } from '../../../support/folder.ts';
import { create } from '../../variant/world.ts';
import { type AdoptionWorld, modeOf, newAdoptionWorld } from './adoption.ts';

let world: AdoptionWorld;
beforeEach(async () => {
  world = await newAdoptionWorld();
});

describe.each(['teams', 'npm', 'native', 'later'] as const)(
  'an earlier variant of the shape %s',
  (shape) => {
    const settings = { theme: 'dark', hooks: { Stop: [{ hooks: [] }] } };

    it('is adopted, rolled back and adopted again', async () => {
      await world.make({ shape, settings });
      // From then on it is as private as one of ours.
      const before = { ...(await treeOf(world.at())), config: 'folder 700' };
      const saved = await world.text('config', 'settings.json');
      const state = await world.text('config', '.claude.json');
      const theirs = await readFile(world.launcher, 'utf8');
      expect(await world.launched()).toMatchObject({ THEIRS: 'yes' });

      const { status, data, error } = await world.adopt();
      expect({ status, error }).toEqual({ status: 0 });
      expect(data.variants).toMatchObject([
        {
          name: 'one',
          provider: 'zai',
          launcher: world.launcher,
          configDir: world.at('config'),
          claudeVersion: '2.1.16',
        },
      ]);
      expect(data.variants[0].notes).toContain('settings.json still holds Z_AI_API_KEY');
      await checkTakenOver();
      const after = await treeOf(world.at());
      for (const [path, content] of Object.entries(before)) {
        if (/variant\.json|settings\.json|\.claude\.json|orchestration/.test(path)) continue;
        expect({ [path]: after[path] }).toEqual({ [path]: content });
      }
      expect(after).not.toHaveProperty(['config/skills/orchestration/.cc-mirror-managed']);
      expect(after['config/skills/orchestration/SKILL.md']).not.toContain('of old');

      const back = await world.json(['rollback', 'one']);
      expect(back).toMatchObject({ status: 0, data: { name: 'one', from: '2.1.16', left: [] } });
      expect(await treeOf(world.at())).toMatchObject({
        ...before,
        'config/settings.json': expect.anything(),
        'config/.claude.json': expect.anything(),
      });
      expect(await world.text('config', 'settings.json')).toBe(saved);
      expect(await world.text('config', '.claude.json')).toBe(state);
      expect(await readFile(world.launcher, 'utf8')).toBe(theirs);
      expect(await modeOf(world.launcher)).toBe(0o755);
      expect(await world.launched()).toMatchObject({ THEIRS: 'yes' });
      expect(Object.keys(await treeOf(world.at()))).not.toContain('secrets');
      expect((await world.json(['list'])).data).toMatchObject({
        variants: [],
        earlier: [{ name: 'one', folder: world.at(), provider: 'zai' }],
      });

      const again = await world.json(['rollback', 'one']);
      expect(again).toMatchObject({ status: 0, data: { claudeVersion: '2.1.16', left: [] } });
      await checkTakenOver();
      expect((await world.json(['update', 'one'])).status).toBe(0);
    });

    async function checkTakenOver(): Promise<void> {
      const environment = await world.launched();
      expect(environment).toMatchObject({
        CLAUDE_CONFIG_DIR: world.at('config'),
        ANTHROPIC_BASE_URL: 'https://api.z.ai/api/anthropic',
        ANTHROPIC_AUTH_TOKEN: earlierKey,
      });
      expect(environment).not.toHaveProperty('THEIRS');
      expect(environment).not.toHaveProperty('ANTHROPIC_API_KEY');
      expect(await world.text('secrets')).toBe(`${earlierKey}\n`);
      expect(await modeOf(world.at('secrets'))).toBe(0o600);
      expect(await modeOf(world.at('previous.json'))).toBe(0o600);
      expect(await world.text('variant.json')).not.toContain(earlierKey);

      const settings = await world.text('config', 'settings.json');
      expect(settings).not.toMatch(/ANTHROPIC_|CC_MIRROR|TWEAKCC|TEAM_MODE/);
      const parsed: { permissions: { allow: string[] } } & Record<string, unknown> =
        JSON.parse(settings);
      expect(parsed).toMatchObject({
        theme: 'dark',
        env: { DISABLE_INSTALLATION_CHECKS: '1', Z_AI_API_KEY: earlierKey },
      });
      expect(parsed.permissions.allow).toEqual(expect.arrayContaining(['Bash(ls)']));
      const order = Object.keys(parsed).filter((key) =>
        ['permissions', 'theme', 'env'].includes(key),
      );
      // After a way back and forth the entries are the same, in an order of their own.
      expect(order.toSorted()).toEqual(['env', 'permissions', 'theme']);
    }
  },
);

it('adoption keeps the user’s entries in their order', async () => {
  await world.make({ settings: { zeta: 1, alpha: 2 } });
  await world.adopt();
  const settings: object = JSON.parse(await world.text('config', 'settings.json'));
  const keys = Object.keys(settings);
  expect(keys.slice(0, 4)).toEqual(['permissions', 'zeta', 'alpha', 'env']);
});

it('adoption never prints the key', async () => {
  await world.make();
  const told = await world.run(['update', 'one', '--adopt', '--from', world.claude]);
  expect(told.status).toBe(0);
  expect(told.stdout).toMatch(/one: adopted; native:2\.1\.37 → 2\.1\.16/);
  expect(told.stdout).toMatch(/kept only for rollback: native, tweakcc in /);
  const back = await world.run(['rollback', 'one']);
  expect(back.stdout).toMatch(
    /2\.1\.16 → native:2\.1\.37.*\n.*Restored the variant of the earlier cc-mirror/,
  );
  expect(`${told.stdout}${told.stderr}${back.stdout}${back.stderr}`).not.toContain(earlierKey);
});

describe('rolling back an adoption', () => {
  it('keeps later changes', async () => {
    await world.make();
    await world.adopt();
    const settings: object = JSON.parse(await world.text('config', 'settings.json'));
    await writeFile(world.at('config', 'settings.json'), JSON.stringify({ ...settings, mine: 1 }));
    await world.json(['rollback', 'one']);
    expect(JSON.parse(await world.text('config', 'settings.json'))).toMatchObject({
      mine: 1,
      env: { ANTHROPIC_API_KEY: earlierKey, CC_MIRROR_SPLASH: 1 },
    });
  });

  it('fails if the earlier program is gone', async () => {
    await world.make();
    await world.adopt();
    await rm(world.at('native'), { recursive: true });
    const before = await treeOf(world.root);
    expect(await world.json(['rollback', 'one'])).toMatchObject({
      error: { code: 'no-such-version', message: expect.stringContaining('native:2.1.37') },
    });
    expect(await treeOf(world.root)).toEqual(before);
  });

  it('is not offered for our own variant that an earlier cc-mirror took over', async () => {
    await create(world, { prove: false });
    await world.json(['update', 'one', '--no-probe', '--env', 'A=1']);
    await rm(join(world.bin, 'one'));
    await world.make();
    const before = await treeOf(world.root);
    expect(await world.json(['rollback', 'one'])).toMatchObject({
      error: { code: 'invalid-record', hint: expect.stringContaining('update one --adopt') },
    });
    expect(await treeOf(world.root)).toEqual(before);
    // Of the skill that is there nobody knows any more that it is ours.
    expect(await world.adopt(['--no-probe'])).toMatchObject({ error: { code: 'name-taken' } });
    expect((await world.adopt(['--no-probe', '--no-skills'])).status).toBe(0);
  });
});
