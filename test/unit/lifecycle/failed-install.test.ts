import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { CcMirrorError } from '../../../src/errors.ts';
import type { Wish } from '../../../src/lifecycle/wish.ts';
import type { Context } from '../../../src/home/context.ts';
import { bunExecutable, claudeText, machHeader } from '../../support/executables/bun-executable.ts';
import { type FakeClaudeOptions, writeFakeClaude } from '../../support/fake-claude.ts';
import { treeOf } from '../../support/folder.ts';
import { failure } from '../../support/failure.ts';
import { type World, create, newWorld, update } from '../variant/world.ts';

describe('a failed install changes nothing', () => {
  it.each<[string, FakeClaudeOptions, Partial<Wish>, object]>([
    [
      'when a gate is not what it seems',
      { lies: true },
      {},
      failure('probe-failed', /tasks should be on by flip.*teams/s),
    ],
    [
      'when sessions do not list a skill',
      { hidesSkills: true },
      {},
      failure('probe-failed', /skills orchestration/),
    ],
    [
      'when a gate is not understood',
      { tasks: 'unknown' },
      {},
      failure('capability-unavailable', /tasks/),
    ],
    [
      'when there are two gates',
      { teams: 'unknown' },
      {},
      failure('capability-unavailable', /teams/),
    ],
    [
      'when a required capability is absent',
      { tasks: 'absent' },
      { tasks: true },
      failure('capability-unavailable', /tasks/),
    ],
    [
      'when a required capability needs an edit, with --flip never',
      {},
      { teams: true, flip: 'never' },
      failure('capability-unavailable'),
    ],
    [
      'when the user’s variable turns off a required capability',
      { tasks: 'env' },
      { tasks: true, flip: 'never', env: { CLAUDE_CODE_ENABLE_TASKS: '0' } },
      failure('capability-unavailable', /--env CLAUDE_CODE_ENABLE_TASKS disables its tools/),
    ],
    ['when the provider needs an address', {}, { provider: 'custom' }, failure('usage', /custom/)],
  ])('%s', async (_, options, wish, expected) => {
    const world = await newWorld(options);
    const before = await treeOf(world.root);
    await expect(create(world, wish)).rejects.toMatchObject(expected);
    expect(await treeOf(world.root)).toEqual(before);
  });

  it('when a variant is updated', async () => {
    const world = await newWorld();
    const { configDir } = await create(world);
    await writeFile(join(configDir, 'own'), 'x');
    await writeFakeClaude(world.claude, { version: '2.1.18', lies: true });
    const before = await treeOf(world.root);
    await expect(update(world, { skills: [], key: 'k' })).rejects.toMatchObject(
      failure('probe-failed'),
    );
    expect(await treeOf(world.root)).toEqual(before);
  });

  it('when another command has the name; --force replaces it', async () => {
    const world = await newWorld();
    await mkdir(world.bin, { recursive: true });
    await writeFile(join(world.bin, 'one'), '#!/bin/sh\necho mine\n');
    const before = await treeOf(world.root);
    await expect(create(world)).rejects.toMatchObject(failure('name-taken', /bin\/one/));
    expect(await treeOf(world.root)).toEqual(before);
    await create(world, { force: true });
    expect(await readFile(join(world.bin, 'one'), 'utf8')).toContain('variant one');
  });

  it('when a folder of that name exists', async () => {
    const world = await newWorld();
    await mkdir(join(world.home, 'one'), { recursive: true });
    await writeFile(join(world.home, 'one', 'file'), 'x');
    await mkdir(world.around.layout.store);
    const before = await treeOf(world.root);
    await expect(create(world)).rejects.toMatchObject(failure('name-taken', /one/));
    expect(await treeOf(world.root)).toEqual(before);
  });

  it('when the build is for another machine', async () => {
    const world = await newWorld();
    const native = join(world.root, 'claude');
    const modules = [{ name: '/$bunfs/root/cli.js', contents: claudeText('2.1.240') }];
    const header = machHeader();
    await writeFile(native, bunExecutable(modules, { header }).bytes);
    const before = await treeOf(world.root);
    const wish = create(world, { source: { kind: 'path', path: native } });
    await expect(wish).rejects.toMatchObject(failure('unsupported-platform', /darwin/));
    expect(await treeOf(world.root)).toEqual(before);
  });
});

describe('an interruption', () => {
  const interrupted = new CcMirrorError('interrupted', 'Interrupted; nothing was changed.');

  /** Aborts when the step of that number begins, as the signal of Ctrl-C does; tells of each step. */
  function abortingAt(number: number, steps: string[] = []) {
    const controller = new AbortController();
    const step = (text: string): void => {
      if (steps.push(text) === number) controller.abort(interrupted);
      controller.signal.throwIfAborted();
    };
    return { signal: controller.signal, progress: { step, bytes() {}, note() {} } };
  }

  it.each([
    [
      'a creation',
      (world: World, around: Partial<Context>) => create(world, { name: 'two' }, around),
    ],
    ['an update', (world: World, around: Partial<Context>) => update(world, {}, around)],
  ])('at any step of %s changes nothing', async (_, act) => {
    const world = await newWorld();
    await create(world);
    await writeFakeClaude(world.claude, { version: '2.1.19' });
    const before = await treeOf(world.root);
    const steps: string[] = [];
    const last = abortingAt(-1, steps);
    for (let number = 1; steps.at(-1) !== 'Installing'; number++) {
      steps.length = 0;
      await expect(act(world, abortingAt(number, steps))).rejects.toBe(interrupted);
      expect(await treeOf(world.root)).toEqual(before);
    }
    expect(steps.length).toBeGreaterThan(5);
    await expect(act(world, last)).resolves.toMatchObject({ claudeVersion: '2.1.19' });
  });

  it('during the proof leaves nothing behind', async () => {
    const world = await newWorld();
    const before = await treeOf(world.root);
    const controller = new AbortController();
    const step = (text: string): void => {
      if (text.startsWith('Proving')) setTimeout(() => controller.abort(interrupted), 1);
    };
    const around = { signal: controller.signal, progress: { step, bytes() {}, note() {} } };
    await expect(create(world, {}, around)).rejects.toBe(interrupted);
    expect(await treeOf(world.root)).toEqual(before);
  });
});
