import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { type CommandWorld, newCommandWorld } from '../run.ts';

let world: CommandWorld;

beforeEach(async () => {
  world = await newCommandWorld();
  await world.json(['quick', 'one', '--provider', 'mirror', '--from', world.claude]);
});

interface Settings {
  env: Record<string, string>;
  permissions: { allow: string[]; deny?: string[] };
}

/** Changes the settings of a variant as its user would. */
async function edit(change: (settings: Settings) => void, name = 'one'): Promise<void> {
  const path = join(world.home, name, 'config', 'settings.json');
  const settings: Settings = JSON.parse(await readFile(path, 'utf8'));
  change(settings);
  await writeFile(path, JSON.stringify(settings));
}

const denied = (settings: Settings): void => {
  settings.permissions.deny = ['TaskCreate'];
};
const allowed = (settings: Settings): void => {
  delete settings.permissions.deny;
};
const disables = /permissions\.deny in .*\/one\/config\/settings\.json disables its tools/;
const hasChanged =
  /its settings have changed since it was proved; see what .*: cc-mirror probe one/;

describe('a setting that disables tools, with nothing else new', () => {
  it('is reported by update instead of “up to date”', async () => {
    await edit(denied);
    const { stdout, stderr } = await world.run(['update', 'one']);
    expect(stderr).toMatch(/Proving it/);
    expect(stdout).toMatch(/^one: tasks on → off\./);
    expect(stdout).toMatch(disables);
    const again = await world.run(['update', 'one']);
    expect(again.stderr).toMatch(/Proved already/);
    expect(again.stdout).toMatch(/^one: up to date with 2\.1\.16, tasks off\./);
    const { status, data } = await world.json(['update', 'one']);
    expect(status).toBe(0);
    expect(data.variants[0].capabilities.tasks).toMatchObject({
      state: 'off',
      reason: expect.stringMatching(disables),
    });
    await edit(allowed);
    expect((await world.run(['update', 'one'])).stdout).toMatch(/^one: tasks off → on\./);
    expect((await world.run(['update', 'one'])).stdout).toMatch(/^one: up to date with 2\.1\.16\./);
  });

  it('makes update prove only its own variant again', async () => {
    await world.json(['quick', 'two', '--provider', 'mirror', '--from', world.claude]);
    await edit(denied);
    const { stdout, stderr } = await world.run(['update']);
    expect(stderr).toMatch(/one: Proving it/);
    expect(stderr).toMatch(/two: Proved already/);
    expect(stdout).toMatch(/^one +tasks on → off +tasks off +teams on$/m);
    expect(stdout).toMatch(/^two +up to date with 2\.1\.16 +tasks on +teams on$/m);
    expect(stdout).toMatch(new RegExp(`^one: tasks off: ${disables.source}`, 'm'));
  });

  it('is reported by a dry run as far as known', async () => {
    const dry = ['update', 'one', '--dry-run'];
    expect((await world.run(dry)).stdout).toMatch(/^one +up to date with 2\.1\.16\n/);
    await edit(denied);
    expect((await world.run(dry)).stdout).toMatch(/2\.1\.16, but needs a new proof\n/);
    expect((await world.json(dry)).data.variants[0].prove).toBe(true);
    const { data } = await world.json([...dry, '--no-probe']);
    expect(data.variants[0].prove).toBe(false);
    await world.run(['update', 'one']);
    expect((await world.run(dry)).stdout).toMatch(
      new RegExp(`^one +up to date with 2\\.1\\.16; tasks off: ${disables.source}`),
    );
    expect(await world.json([...dry, '--tasks'])).toMatchObject({ status: 4 });
  });

  it('stays reported with --no-probe', async () => {
    await edit(denied);
    expect((await world.run(['update', 'one', '--no-probe'])).stdout).toMatch(
      /^one: up to date with 2\.1\.16, not proved\./,
    );
    await world.run(['update', 'one']);
    const { stdout, stderr } = await world.run(['update', 'one', '--no-probe']);
    expect(stderr).not.toMatch(/Proving/);
    expect(stdout).toMatch(/^one: up to date with 2\.1\.16, tasks off\./);
    expect(stdout).toMatch(disables);
  });
});

describe('the record of a variant whose settings have changed since its proof', () => {
  it.each([['info', 'one'], ['list']])('is questioned by: %s %s', async (...given) => {
    const words = given.filter((word) => word !== '');
    const notes = async (): Promise<string> => {
      const { data } = await world.json(words);
      return [...(data.variants?.[0] ?? data).notes].join();
    };
    expect(await notes()).not.toMatch(hasChanged);
    await edit(denied);
    expect((await world.run(words)).stdout).toMatch(hasChanged);
    expect(await notes()).toMatch(hasChanged);
    await world.run(['update', 'one']);
    expect((await world.run(words)).stdout).not.toMatch(hasChanged);
    expect(await notes()).not.toMatch(hasChanged);
  });

  it('is questioned after a rollback, too', async () => {
    await edit(denied);
    await world.run(['update', 'one', '--env', 'API_TIMEOUT_MS=5']);
    const { stdout } = await world.run(['rollback', 'one']);
    expect(stdout).toMatch(hasChanged);
    await world.run(['rollback', 'one']);
    expect((await world.json(['rollback', 'one'])).data.notes.join()).toMatch(hasChanged);
  });

  it('is not questioned for what a session writes itself', async () => {
    await edit((settings) => {
      Object.assign(settings, { model: 'opus', theme: 'dark' });
      settings.permissions.allow.push('Bash(ls)');
    });
    expect((await world.run(['info', 'one'])).stdout).not.toMatch(hasChanged);
  });

  it('is questioned if the settings cannot be read', async () => {
    await writeFile(join(world.home, 'one', 'config', 'settings.json'), '{"env": }');
    expect((await world.run(['info', 'one'])).stdout).toMatch(
      /settings\.json:1:9 is not valid JSON/,
    );
  });
});

it('names what disables tools in the JSON of probe', async () => {
  await edit(denied);
  const { data } = await world.json(['probe', 'one']);
  const by = [{ place: 'settings.json', key: 'permissions.deny' }];
  expect(data.losses).toEqual([{ capability: 'tasks', state: 'off', by }]);
});

const skillDenied = (settings: Settings): void => {
  settings.permissions.deny = ['Skill'];
};

it('probe, doctor and update name the setting that hides a pack', async () => {
  await edit(skillDenied);
  const words = /permissions\.deny in .*settings\.json hides .*orchestration.* from sessions/;
  expect((await world.run(['probe', 'one'])).stdout).toMatch(words);
  const { data } = await world.json(['probe', 'one']);
  expect(data.hidden.by).toEqual([{ place: 'settings.json', key: 'permissions.deny' }]);
  expect((await world.run(['doctor', 'one'])).stdout).toMatch(words);
  expect((await world.run(['update', 'one'])).stderr).toMatch(words);
});

it('a dry run and probe report what an --env variable disables, as update does', async () => {
  world = await newCommandWorld({ tasks: 'env', teams: 'env' });
  await world.json([
    'quick',
    'one',
    '--provider',
    'mirror',
    '--from',
    world.claude,
    '--flip',
    'never',
  ]);
  const off = ['update', 'one', '--env', 'CLAUDE_CODE_ENABLE_TASKS=0'];
  const words = /tasks +off: --env CLAUDE_CODE_ENABLE_TASKS disables its tools/;
  expect((await world.run([...off, '--dry-run'])).stdout).toMatch(words);
  expect((await world.run(off)).stdout).toMatch(/tasks on → off\./);
  for (const command of [
    ['info', 'one'],
    ['probe', 'one'],
    ['update', 'one', '--dry-run'],
  ]) {
    expect((await world.run(command)).stdout).toMatch(words);
  }
});
