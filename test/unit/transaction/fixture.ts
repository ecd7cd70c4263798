import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { applyStep } from '../../../src/transaction/apply-step.ts';
import { Changes } from '../../../src/transaction/changes.ts';
import { writeIntent, writeJournal } from '../../../src/transaction/journal.ts';
import type { Step } from '../../../src/transaction/step.ts';
import { stagingOf } from '../../../src/transaction/transaction.ts';
import { temporaryFolder, treeOf, writeTree } from '../../support/folder.ts';

export const intent = { command: 'update', name: 'one' };

export async function newHome(): Promise<string> {
  const home = temporaryFolder();
  await writeTree(home, { file: 'old', 'x/a': 'a', 'settings.json': '{"z":1}', 'f/g': 'g' });
  return home;
}

/** Steps of every kind. */
export async function allSteps(home: string): Promise<Step[]> {
  const changes = new Changes();
  changes.write(join(home, 'file'), 'new', 0o600);
  changes.remove(join(home, 'x/a'), home);
  changes.merge(join(home, 'settings.json'), { o: 1 }, null);
  changes.move(join(home, 'f'), join(home, 'moved'));
  return changes.steps([home]);
}

/** The tree of a home after `allSteps`. */
export async function treeAfter(home: string): Promise<Record<string, string>> {
  const { 'x/a': _, x: __, f, 'f/g': g, ...rest } = await treeOf(home);
  return {
    ...rest,
    file: 'file 600 new',
    'settings.json': 'file 644 {"z":1,"o":1}',
    moved: f!,
    'moved/g': g!,
  };
}

/** A step that fails: the file that it merges into is not JSON. */
export async function failing(home: string): Promise<Step> {
  const changes = new Changes();
  changes.merge(join(home, 'broken.json'), { a: 1 }, null);
  const [step] = await changes.steps([home]);
  await writeFile(join(home, 'broken.json'), '{');
  return step!;
}

/** A change of `name` whose commit fails and whose undo does too: a folder replaces the file. */
export async function stuckChange(home: string, name: string): Promise<Step[]> {
  await writeTree(home, { [`${name}/file`]: 'old', [`${name}/broken.json`]: '{}' });
  const changes = new Changes();
  changes.write(join(home, name, 'file'), 'new');
  changes.merge(join(home, name, 'broken.json'), { a: 1 }, null);
  const steps = await changes.steps([home]);
  await writeFile(join(home, name, 'broken.json'), '{');
  await replaceByFolder(join(home, name, 'file'));
  return steps;
}

export async function replaceByFolder(path: string): Promise<void> {
  await rm(path);
  await mkdir(path);
}

/** Leaves what a run leaves that is interrupted after its journal and this many steps. */
export async function interrupt(
  home: string,
  steps: readonly Step[],
  applied: number,
): Promise<void> {
  const staging = stagingOf(home);
  await mkdir(staging, { mode: 0o700 });
  await writeIntent(staging, intent);
  await writeJournal(staging, { ...intent, steps: [...steps] });
  for (const step of steps.slice(0, applied)) await applyStep(step, 'forward');
}
