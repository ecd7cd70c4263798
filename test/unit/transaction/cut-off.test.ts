import { chmod, lstat, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { ifExists } from '../../../src/disk/if-exists.ts';
import { Changes } from '../../../src/transaction/changes.ts';
import type { Step } from '../../../src/transaction/step.ts';
import { commit, recover, withStaging } from '../../../src/transaction/transaction.ts';
import { cutOffAfter, wasCutOff } from './cut-off.ts';
import { temporaryFolder, treeOf, writeTree } from '../../support/folder.ts';

vi.setConfig({ testTimeout: 60_000 });
vi.mock('node:fs/promises', async (original) =>
  (await import('./cut-off.ts')).counting(await original()),
);

afterEach(() => cutOffAfter(Infinity));

const intent = { command: 'update', name: 'one' };
type Wish = (changes: Changes, at: (path: string) => string) => void;

const wishes: Record<string, Wish> = {
  'a new file in a new folder': (changes, at) => changes.write(at('new/deep/file'), 'new', 0o600),
  'another content': (changes, at) => changes.write(at('file'), 'new'),
  'another mode': (changes, at) => changes.write(at('tool'), 'x', 0o755),
  'a file instead of a link': (changes, at) => changes.write(at('link'), 'new'),
  'a removed file with its folders': (changes, at) =>
    changes.remove(at('skills/x/a'), at('skills')),
  'a folder instead of a file': (changes, at) => {
    changes.remove(at('plain'));
    changes.write(at('plain/inside'), 'new');
  },
  'a removed link': (changes, at) => changes.remove(at('link')),
  'our values': (changes, at) => changes.merge(at('settings.json'), { a: 1, l: ['o'] }, null),
  'our values in a new file': (changes, at) =>
    changes.merge(at('other.json'), { a: 1 }, null, 0o600),
  'our values in a new folder': (changes, at) =>
    changes.merge(at('other/settings.json'), { a: 1 }, null),
  'a moved folder': (changes, at) => changes.move(at('folder'), at('moved')),
};
const all: Wish = (changes, at) => {
  for (const wish of Object.values(wishes).filter((one) => one !== wishes['a removed link'])) {
    wish(changes, at);
  }
};

async function home(): Promise<string> {
  const folder = temporaryFolder();
  await writeTree(folder, {
    file: 'old',
    'skills/x/a': 'a',
    'skills/mine': 'mine',
    'settings.json': '{"z":1,"l":["u"]}',
    'broken.json': '{',
    tool: 'x',
    plain: 'x',
    'folder/sub/run.sh': '#!/bin/sh',
  });
  await chmod(join(folder, 'file'), 0o640);
  await chmod(join(folder, 'settings.json'), 0o600);
  await chmod(join(folder, 'folder/sub/run.sh'), 0o755);
  await symlink('file', join(folder, 'link'));
  return folder;
}

async function stepsOf(folder: string, wish: Wish): Promise<Step[]> {
  const changes = new Changes();
  wish(changes, (path) => join(folder, path));
  return changes.steps([folder]);
}

/** A step that fails: its file is not JSON. */
async function failing(folder: string): Promise<Step> {
  const path = join(folder, 'broken.json');
  await writeFile(path, '{}');
  const [step] = await stepsOf(folder, (changes) => changes.merge(path, { a: 1 }, null));
  await writeFile(path, '{');
  if (step?.kind !== 'merge' || step.saved === null) throw new Error('no merge');
  return { ...step, saved: { ...step.saved, text: '{' } };
}

const run = (folder: string, steps: Step[]): Promise<unknown> =>
  withStaging(folder, intent, (staging) => commit(staging, intent, steps));

/** Runs `act` as if its process ended after this many changes on disk. Returns whether it did. */
async function cutOff(changes: number, act: () => Promise<unknown>): Promise<boolean> {
  cutOffAfter(changes);
  try {
    await act();
  } catch (error) {
    if (!(error instanceof Error)) throw error;
  }
  const was = wasCutOff();
  cutOffAfter(Infinity);
  return was;
}

describe.each([...Object.entries(wishes), ['all of these', all] as const])('%s', (_, wish) => {
  it('is atomic, wherever the run is interrupted', async () => {
    const whole = await home();
    const before = await treeOf(whole);
    await run(whole, await stepsOf(whole, wish));
    const after = await treeOf(whole);
    const seen: string[] = [];
    for (let changes = 0; seen.at(-1) !== 'done'; changes++) {
      const folder = await home();
      const steps = await stepsOf(folder, wish);
      const was = await cutOff(changes, () => run(folder, steps));
      const recovery = await recover(folder);
      const tree = await treeOf(folder);
      const undone = isDeepStrictEqual(tree, before);
      expect(tree, `interrupted after ${changes}`).toEqual(undone ? before : after);
      expect(recovery?.left ?? []).toEqual([]);
      seen.push(was ? (undone ? 'undone' : 'finished') : 'done');
    }
    // From some point on, an interrupted run is finished, and never undone again.
    expect([...new Set(seen)]).toEqual(['undone', 'finished', 'done']);
    expect(seen.lastIndexOf('undone')).toBeLessThan(seen.indexOf('finished'));
  });

  it('is undone exactly after a failure, wherever that is interrupted', async () => {
    const before = await treeOf(await home());
    for (let changes = 0, was = true; was; changes++) {
      const folder = await home();
      const steps = [...(await stepsOf(folder, wish)), await failing(folder)];
      was = await cutOff(changes, () => run(folder, steps));
      const recovery = await recover(folder);
      expect(await treeOf(folder), `interrupted after ${changes}`).toEqual(before);
      expect(recovery ?? { left: [] }).toMatchObject({ left: [] });
      expect(was || recovery === null).toBe(true);
    }
  });
});

it('a run that finishes an interrupted one may be interrupted too', async () => {
  const whole = await home();
  await run(whole, await stepsOf(whole, all));
  const after = await treeOf(whole);
  for (let changes = 0, was = true; was; changes++) {
    const folder = await home();
    const steps = await stepsOf(folder, all);
    // After the journal and some of the steps.
    expect(await cutOff(20, () => run(folder, steps))).toBe(true);
    was = await cutOff(changes, () => recover(folder));
    await recover(folder);
    expect(await treeOf(folder), `interrupted after ${changes}`).toEqual(after);
  }
});

it('others can never read a part of a secret', async () => {
  const halves: number[] = [];
  for (let changes = 0, was = true; was; changes++) {
    const folder = await home();
    const steps = await stepsOf(folder, (changing, at) =>
      changing.write(at('file'), 'secret', 0o600),
    );
    was = await cutOff(changes, () => run(folder, steps));
    for (const file of ['file.cc-mirror.tmp', '.staging/commit.json']) {
      const half = await ifExists(() => lstat(join(folder, file)));
      if (half) halves.push(half.mode & 0o777);
    }
    await recover(folder);
    expect(await ifExists(() => lstat(join(folder, 'file.cc-mirror.tmp')))).toBeNull();
  }
  expect(halves.length).toBeGreaterThan(5);
  expect(new Set(halves)).toEqual(new Set([0o600]));
});
