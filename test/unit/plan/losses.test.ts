import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { isObject } from '../../../src/config/merge.ts';
import { type Loss, lossText } from '../../../src/plan/losses.ts';
import { findLosses } from '../../../src/lifecycle/prove/find-losses.ts';
import type { Setup } from '../../../src/lifecycle/prove/setup.ts';
import { type World, create, newWorld, update } from '../variant/world.ts';
import { failure } from '../../support/failure.ts';

const on = { tasks: 'on', teams: 'on' } as const;
const noTasks = { tasks: 'off', teams: 'on' } as const;

/** What findLosses finds where tasks are off as long as `hides` says so; and how often it ran. */
async function lossesWhere(
  hides: (setup: Setup) => boolean,
  setup: Partial<Setup>,
  chosen: Record<string, string> = {},
): Promise<{ losses: Loss[]; runs: number }> {
  let runs = 0;
  const whole = { env: chosen, settings: {}, stateEnv: undefined, ...setup };
  const losses = await findLosses(['tasks'], { states: noTasks }, whole, chosen, async (given) => {
    runs++;
    return { states: hides(given) ? noTasks : on };
  });
  return { losses, runs };
}

const env = Object.fromEntries(Array.from({ length: 30 }, (_, i) => [`V${i}`, '1']));
/** Whether a value is an object with that key. */
function has(value: unknown, key: string): boolean {
  return isObject(value) && key in value;
}

describe('a setting that disables a capability', () => {
  it.each(['V0', 'V17', 'V29'])('is found among many: %s', async (name) => {
    const { losses, runs } = await lossesWhere((setup) => has(setup.settings['env'], name), {
      settings: { model: 'm', env },
    });
    const by = [{ place: 'settings.json', key: `env.${name}` }];
    expect(losses).toEqual([{ capability: 'tasks', state: 'off', by }]);
    expect(runs).toBeLessThan(9);
  });

  it('may be one of two that each suffice', async () => {
    const hides = ({ settings }: Setup): boolean =>
      has(settings['env'], 'V3') || has(settings['env'], 'V21');
    const { losses } = await lossesWhere(hides, { settings: { env } });
    expect(losses[0]?.by.map(({ key }) => key).sort()).toEqual(['env.V21', 'env.V3']);
  });

  it('is named with its place', async () => {
    const denied = (setup: Setup): boolean => has(setup.settings['permissions'], 'deny');
    const settings = { permissions: { deny: ['TaskCreate'], allow: ['Bash'] } };
    const { losses } = await lossesWhere(denied, { settings });
    expect(losses[0]?.by).toEqual([{ place: 'settings.json', key: 'permissions.deny' }]);

    const state = await lossesWhere((setup) => has(setup.stateEnv, 'X'), {
      stateEnv: { X: '1', Y: '1' },
    });
    expect(state.losses[0]?.by).toEqual([{ place: '.claude.json', key: 'env.X' }]);

    const chosen = await lossesWhere((setup) => has(setup.env, 'X'), {}, { X: '1' });
    expect(chosen.losses[0]?.by).toEqual([{ place: '--env', key: 'X' }]);
  });

  it('is named with the path of the project’s file', async () => {
    const settings = { permissions: { deny: ['TaskCreate'] }, model: 'm' };
    const denied = ({ project }: Setup): boolean =>
      (project ?? []).some((file) => has(file.settings['permissions'], 'deny'));
    const project = [
      { path: '/p/.claude/settings.json', place: '.claude/settings.json', settings: {} },
      { path: '/p/.claude/settings.local.json', place: '.claude/settings.local.json', settings },
    ] as const;
    const { losses } = await lossesWhere(denied, { settings, project });
    const by = { place: 'project', path: '/p/.claude/settings.local.json' };
    expect(losses[0]?.by).toEqual([{ ...by, key: 'permissions.deny' }]);
    expect(losses.map((loss) => lossText(loss, { settings: '', state: '' }))).toEqual([
      'permissions.deny in /p/.claude/settings.local.json disables its tools',
    ]);
  });

  it('is not blamed if the program lacks the capability anyway', async () => {
    expect((await lossesWhere(() => true, { settings: { env } })).losses).toEqual([]);
    expect((await lossesWhere(() => true, {})).losses).toEqual([]);
  });

  it('is found even if the user turned the capability on with --env', async () => {
    const hides = (setup: Setup): boolean =>
      has(setup.settings['env'], 'V3') || !has(setup.env, 'ON');
    const { losses } = await lossesWhere(hides, { settings: { env } }, { ON: '1' });
    expect(losses[0]?.by).toEqual([{ place: 'settings.json', key: 'env.V3' }]);
  });

  it('is described in words', () => {
    const places = { settings: '/c/settings.json', state: '/c/.claude.json' };
    const one = { place: 'settings.json', key: 'env.X' } as const;
    const other = { place: '--env', key: 'Y' } as const;
    const text = (loss: Pick<Loss, 'state' | 'by'>): string =>
      lossText({ capability: 'tasks', ...loss }, places);
    expect(text({ state: 'off', by: [one] })).toBe('env.X in /c/settings.json disables its tools');
    expect(text({ state: 'off', by: [one, other] })).toBe(
      'env.X in /c/settings.json and --env Y together disable its tools',
    );
    expect(text({ state: 'deferred', by: [other] })).toBe(
      '--env Y makes the build announce its tools by name only',
    );
  });
});

interface Settings {
  env: Record<string, string>;
  permissions: { allow: string[]; deny?: string[] };
  skillOverrides?: Record<string, string>;
}

/** Changes the settings of the variant `one` as its user would. */
async function edit(world: World, change: (settings: Settings) => void): Promise<void> {
  const path = join(world.home, 'one', 'config', 'settings.json');
  const settings: Settings = JSON.parse(await readFile(path, 'utf8'));
  change(settings);
  await writeFile(path, JSON.stringify(settings));
}

describe('a variant whose settings disable tools', () => {
  it('is not reported to have them, and the setting is named', async () => {
    const world = await newWorld({ tasks: 'env', teams: 'env' });
    await create(world, { flip: 'never' });
    await edit(world, (settings) => {
      settings.env['CLAUDE_CODE_ENABLE_TASKS'] = '0';
      settings.env['OTHER'] = '1';
    });
    const { capabilities, notes } = await update(world);
    expect(capabilities.tasks).toMatchObject({ state: 'off', by: null });
    expect(capabilities.tasks.reason).toMatch(
      /^env\.CLAUDE_CODE_ENABLE_TASKS in .*\/one\/config\/settings\.json disables its tools$/,
    );
    expect(capabilities.teams.state).toBe('on');
    expect(notes.join()).toMatch(/orchestration: without tasks/);
    await expect(update(world, { tasks: true })).rejects.toMatchObject(
      failure('capability-unavailable', /settings\.json disables its tools/),
    );
    await edit(world, (settings) => delete settings.env['CLAUDE_CODE_ENABLE_TASKS']);
    expect((await update(world)).capabilities.tasks).toMatchObject({ state: 'on', by: 'env' });
  });

  it('does not share a proof with one that keeps them', async () => {
    const world = await newWorld();
    const before = await create(world);
    await edit(world, (settings) => (settings.permissions.deny = ['TaskGet']));
    const { capabilities } = await update(world);
    expect(before.capabilities.tasks.state).toBe('on');
    expect(capabilities.tasks.reason).toMatch(/^permissions\.deny in /);
  });

  it('counts .claude.json too', async () => {
    const world = await newWorld({ tasks: 'env' });
    await create(world, { flip: 'never' });
    const path = join(world.home, 'one', 'config', '.claude.json');
    const state: object = JSON.parse(await readFile(path, 'utf8'));
    await writeFile(path, JSON.stringify({ ...state, env: { CLAUDE_CODE_ENABLE_TASKS: '0' } }));
    const { capabilities } = await update(world);
    expect(capabilities.tasks.reason).toMatch(
      /^env\.CLAUDE_CODE_ENABLE_TASKS in .*\/\.claude\.json disables/,
    );
  });
});

describe('a variant whose settings hide a skill of its packs', () => {
  it('is updated, and the setting is named', async () => {
    const world = await newWorld();
    await create(world);
    await edit(world, (changed) => {
      changed.skillOverrides = { other: 'off', orchestration: 'off' };
    });
    const { notes, capabilities, probe } = await update(world);
    const settings = join(world.home, 'one', 'config', 'settings.json');
    expect(notes).toContain(
      `skillOverrides.orchestration in ${settings} hides orchestration from sessions`,
    );
    expect(capabilities.tasks.state).toBe('on');
    expect(probe?.skills).not.toContain('orchestration');
    await edit(world, (changed) => delete changed.skillOverrides);
    const after = await update(world);
    expect(after.notes.join()).not.toContain('hides orchestration');
    expect(after.probe?.skills).toContain('orchestration');
  });

  it('reports which setting disables a tool that a pack requires', async () => {
    const world = await newWorld();
    await create(world);
    await edit(world, ({ permissions }) => (permissions.deny = ['Skill']));
    const told =
      /needs Skill.*: permissions\.deny in .*settings\.json hides orchestration, Skill from/;
    await expect(update(world)).rejects.toMatchObject(failure('capability-unavailable', told));
  });
});

describe('a build that announces its tools only by name', () => {
  it('is set to send them in full', async () => {
    const world = await newWorld({ defers: true });
    for (const provider of ['mirror', 'zai'] as const) {
      const { capabilities, probe } = await create(world, { name: provider, provider, key: 'k' });
      expect(capabilities).toMatchObject({ tasks: { state: 'on' }, teams: { state: 'on' } });
      expect(probe?.deferredTools).toEqual([]);
    }
  });

  it('is reported to do so if the user wants that', async () => {
    const world = await newWorld({ defers: true });
    const { capabilities, probe, notes } = await create(world, {
      env: { ENABLE_TOOL_SEARCH: 'true' },
    });
    expect(capabilities.tasks).toMatchObject({
      state: 'deferred',
      by: 'flip',
      reason: '--env ENABLE_TOOL_SEARCH makes the build announce its tools by name only',
    });
    expect(probe?.states).toEqual({ tasks: 'deferred', teams: 'deferred' });
    expect(notes.join()).not.toMatch(/without tasks/);
    expect(notes.join()).not.toMatch(/ENABLE_TOOL_SEARCH/);
    const elsewhere = await create(world, {
      name: 'two',
      baseUrl: 'https://gateway.test',
      env: { ENABLE_TOOL_SEARCH: 'true' },
    });
    expect(elsewhere.notes.join()).toMatch(/not known to take tools that are announced/);
  });
});
