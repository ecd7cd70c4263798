import { chmod, mkdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { beforeEach, describe, expect, it } from 'vitest';
import * as z from 'zod';
import { withHome } from '../../../src/home/with-home.ts';
import { installVariant } from '../../../src/lifecycle/install.ts';
import { listVariants, requireVariant } from '../../../src/variant/read-variant.ts';
import type { VariantRecord } from '../../../src/variant/record.ts';
import { writeFakeClaude } from '../../support/fake-claude.ts';
import { type World, create, newWorld, rollback, update } from '../variant/world.ts';
import { treeOf } from '../../support/folder.ts';
import { failure } from '../../support/failure.ts';

let world: World;
let made: VariantRecord;

beforeEach(async () => {
  world = await newWorld();
  made = await create(world, { key: 'dummy-key-of-old' });
});

const newer = async (version = '2.1.19'): Promise<VariantRecord> => {
  await writeFakeClaude(world.claude, { version });
  return update(world);
};

/** What the variant's command runs, and the environment that it is given. */
async function launched(): Promise<{ path: string; env: Record<string, string> }> {
  const launcher = join(world.bin, 'one');
  const { stdout } = await execa(launcher, ['env'], { env: { PATH: '' }, extendEnv: false });
  const path = /exec "\$ccm_node" '([^']+)'/.exec(await readFile(launcher, 'utf8'))?.[1] ?? '';
  return { path, env: z.record(z.string(), z.string()).parse(JSON.parse(stdout)) };
}

async function settingsIn(config: string): Promise<Record<string, unknown>> {
  const text = await readFile(join(config, 'settings.json'), 'utf8');
  return z.record(z.string(), z.unknown()).parse(JSON.parse(text));
}

/** The variant's own files, without what tells the time of the last change. */
async function state(): Promise<Record<string, string>> {
  const tree = await treeOf(world.root);
  return Object.fromEntries(
    Object.entries(tree)
      .filter(([path]) => !/\.store|previous\.json|\/bundle|claude package/.test(path))
      .map(([path, text]) => [path, text.replaceAll(/"(updatedAt|at)": "[^"]+"/g, '')]),
  );
}

describe('a rollback', () => {
  it('restores the whole previous state offline, and can be rolled back itself', async () => {
    const before = await state();
    await writeFakeClaude(world.claude, { version: '2.1.19' });
    const updated = await update(world, {
      skills: ['router'],
      env: { API_TIMEOUT_MS: '5' },
      key: 'dummy-key-of-new',
    });
    const after = await state();
    await rm(world.claude, { recursive: true });

    const back = await rollback(world);
    expect(back).toMatchObject({
      from: '2.1.19',
      state: { record: { claudeVersion: '2.1.16' } },
      left: [],
    });
    expect(await state()).toEqual(before);
    expect(await launched()).toMatchObject({
      path: made.bundle.path,
      env: { ANTHROPIC_API_KEY: 'dummy-key-of-old' },
    });

    const forward = await rollback(world);
    expect(forward.state).toMatchObject({
      record: { claudeVersion: '2.1.19', env: { API_TIMEOUT_MS: '5' } },
    });
    expect(await state()).toEqual(after);
    expect(await launched()).toMatchObject({
      path: updated.bundle.path,
      env: { ANTHROPIC_API_KEY: 'dummy-key-of-new', API_TIMEOUT_MS: '5' },
    });
  });

  it('keeps later changes by the user and by sessions', async () => {
    await writeFakeClaude(world.claude, { version: '2.1.19' });
    await update(world, { skills: ['router'] });
    const config = join(world.home, 'one', 'config');
    const skill = join(config, 'skills', 'router', 'SKILL.md');
    await writeFile(skill, 'mine');
    await writeFile(join(config, 'history.jsonl'), '{}');
    const settings = await settingsIn(config);
    await writeFile(
      join(config, 'settings.json'),
      JSON.stringify({ theme: 'dark', ...settings, model: 'opus' }),
    );
    const { left } = await rollback(world);
    expect(left).toEqual([skill]);
    expect(await readFile(skill, 'utf8')).toBe('mine');
    expect(await readFile(join(config, 'history.jsonl'), 'utf8')).toBe('{}');
    const now = await settingsIn(config);
    expect(Object.keys(now)[0]).toBe('theme');
    expect(now).toMatchObject({ theme: 'dark', model: 'opus' });
    expect(JSON.stringify(now)).toContain('Skill(orchestration)');
    expect(JSON.stringify(now)).not.toContain('Skill(router)');
  });

  it('restores the last state that differed, after any number of updates', async () => {
    await newer();
    await update(world);
    await update(world);
    expect((await rollback(world)).state).toMatchObject({ record: { claudeVersion: '2.1.16' } });
  });

  it('does not replace another command with the launcher', async () => {
    await newer();
    await writeFile(join(world.bin, 'one'), '#!/bin/sh\necho mine\n');
    const { left } = await rollback(world);
    expect(left).toEqual([join(world.bin, 'one')]);
    expect(await readFile(join(world.bin, 'one'), 'utf8')).toContain('mine');
  });
});

describe('a rollback is refused', () => {
  it('if nothing was changed', async () => {
    const before = await treeOf(world.root);
    await expect(rollback(world)).rejects.toMatchObject(
      failure('no-such-version', /has not changed since/),
    );
    expect(await treeOf(world.root)).toEqual(before);
  });

  it('if the previous bundle is gone', async () => {
    await newer();
    await rm(join(made.bundle.path, '..'), { recursive: true });
    const before = await treeOf(world.root);
    await expect(rollback(world)).rejects.toMatchObject(failure('no-such-version', /is gone/));
    expect(await treeOf(world.root)).toEqual(before);
  });

  it('if the previous state is unreadable', async () => {
    await newer();
    await writeFile(join(world.home, 'one', 'previous.json'), '{');
    await expect(rollback(world)).rejects.toMatchObject(
      failure('invalid-record', /previous\.json/),
    );
  });
});

describe('bundles', () => {
  it('that were replaced are kept for a week', async () => {
    const first = made.bundle.path;
    const second = (await newer('2.1.17')).bundle.path;
    const third = await newer('2.1.18');
    for (const path of [first, second, third.bundle.path]) await stat(path);
    expect(third.retired).toEqual([
      { folder: expect.stringMatching(/^2\.1\.16-/), at: third.updatedAt },
    ]);

    const long = [{ folder: third.retired[0]?.folder ?? '', at: '2020-01-01T00:00:00.000Z' }];
    await update(world, {}, {}, { retired: long });
    await expect(stat(first)).rejects.toMatchObject({ code: 'ENOENT' });
    await stat(second);
  });

  it('that are damaged are replaced, in the store as well', async () => {
    await chmod(made.bundle.path, 0o755);
    await writeFile(made.bundle.path, 'broken');
    const notes: string[] = [];
    const progress = { ...world.around.progress, note: (text: string) => void notes.push(text) };
    const record = await update(world, {}, { progress });
    expect(notes.join()).toMatch(/is corrupt and will be rebuilt: .*cli\.js has been changed/);
    expect(record.bundle).toMatchObject({ sha256: made.bundle.sha256 });
    expect(record.bundle.path).not.toBe(made.bundle.path);
    expect((await launched()).path).toBe(record.bundle.path);
  });
});

describe('proofs', () => {
  const runs = async (act: () => Promise<unknown>): Promise<string[]> => {
    const steps: string[] = [];
    const around = world.around;
    world.around = {
      ...around,
      progress: { ...around.progress, step: (text) => void steps.push(text) },
    };
    await act();
    world.around = around;
    return steps.filter((step) => step.startsWith('Prov'));
  };

  it('are reused only for the same build and environment', { timeout: 30_000 }, async () => {
    expect(await runs(() => create(world, { name: 'two', key: 'another' }))).toEqual([
      'Proved already: the same build and environment were run',
    ]);
    for (const [index, wish] of [
      { env: { SOME_SWITCH: '1' } },
      { skills: [] },
      { skills: ['orchestration', 'router'] },
      { teams: false },
    ].entries()) {
      const steps = await runs(() =>
        create(world, { name: `other${index}`, key: 'another', ...wish }),
      );
      expect(steps).toEqual([expect.stringMatching(/^Proving it/)]);
    }
    expect(listVariants(world.around.layout)).toHaveLength(6);
  });

  it('in one command use the packs of each variant', async () => {
    await create(world, { name: 'two', skills: ['router'] });
    await writeFakeClaude(world.claude, { version: '2.1.19' });
    const { around } = world;
    const [one, two] = await withHome(
      around,
      { command: 'update', name: 'one two' },
      async (change) => {
        const records: VariantRecord[] = [];
        for (const name of ['one', 'two']) {
          const before = requireVariant(around.layout, name);
          const wish = { name, prove: true, force: false };
          records.push(await installVariant(wish, before, around, change));
        }
        return records;
      },
    );
    expect(one?.probe?.skills).toEqual(['orchestration']);
    expect(two?.probe?.skills).toEqual(['router']);
  });

  it('are repeated for another build', async () => {
    await writeFakeClaude(world.claude, { version: '2.1.19' });
    expect(await runs(() => update(world))).toEqual([expect.stringMatching(/^Proving it/)]);
  });
});

describe('manual changes to variant.json', () => {
  const edit = async (change: (record: VariantRecord) => void): Promise<void> => {
    const path = join(world.home, 'one', 'variant.json');
    const record = requireVariant(world.around.layout, 'one');
    change(record);
    await writeFile(path, JSON.stringify(record));
  };

  it('are kept, while the rest follows the preset', async () => {
    await mkdir(join(world.home, 'providers'));
    const preset = (model: string, timeout: string) => ({
      id: 'mine',
      name: 'Mine',
      description: 'One',
      baseUrl: 'http://127.0.0.1:9',
      auth: { type: 'bearer', required: false },
      models: { opus: model, sonnet: model, haiku: model },
      env: { API_TIMEOUT_MS: timeout, FURTHER: 'x' },
      source: { date: '2026-01-01', confidence: 'high' },
    });
    const put = (value: object): Promise<void> =>
      writeFile(join(world.home, 'providers', 'mine.json'), JSON.stringify(value));
    await put(preset('m1', '1'));
    await rm(join(world.home, 'one'), { recursive: true });
    await rm(join(world.bin, 'one'));
    await create(world, { provider: 'mine' });
    await edit((record) => {
      record.env['ANTHROPIC_DEFAULT_OPUS_MODEL'] = 'my-own';
      delete record.env['FURTHER'];
    });
    await put(preset('m2', '2'));
    const expected = {
      ANTHROPIC_DEFAULT_OPUS_MODEL: 'my-own',
      ANTHROPIC_DEFAULT_SONNET_MODEL: 'm2',
      API_TIMEOUT_MS: '2',
    };
    for (const record of [await update(world), await update(world)]) {
      expect(record.env).toMatchObject(expected);
      expect(record.env).not.toHaveProperty('FURTHER');
    }
    expect((await launched()).env).toMatchObject(expected);
  });

  it('to the address are kept', async () => {
    await edit((record) => {
      record.baseUrl = 'http://127.0.0.1:7';
    });
    const record = await update(world);
    expect(record).toMatchObject({
      baseUrl: 'http://127.0.0.1:7',
      env: { ANTHROPIC_BASE_URL: 'http://127.0.0.1:7' },
    });
  });
});
