import type * as files from 'node:fs/promises';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { expect, it, vi } from 'vitest';
import { Changes } from '../../../src/transaction/changes.ts';
import { turnBack } from '../../../src/transaction/journal.ts';
import { commit, stagingOf } from '../../../src/transaction/transaction.ts';
import { temporaryFolder } from '../../support/folder.ts';

/** The calls and their paths, in order. */
const done = vi.hoisted((): string[] => []);

vi.mock('node:fs/promises', async (original) => {
  const actual = await original<typeof files>();
  const open: typeof files.open = async (path, ...rest) => {
    const file = await actual.open(path, ...rest);
    const sync = file.sync.bind(file);
    const write = file.writeFile.bind(file);
    file.writeFile = async (...words) => {
      await write(...words);
      done.push(`wrote ${String(path)}`);
    };
    file.sync = async () => {
      await sync();
      done.push(`sync ${String(path)}`);
    };
    return file;
  };
  const rename: typeof files.rename = async (from, to) => {
    done.push(`rename ${String(from)}`);
    await actual.rename(from, to);
  };
  const rm: typeof files.rm = async (path, options) => {
    done.push(`rm ${String(path)}`);
    await actual.rm(path, options);
  };
  return { ...actual, open, rename, rm };
});

it('the journal is on disk before the first step, and removed only once all steps are', async () => {
  const home = temporaryFolder();
  const staging = stagingOf(home);
  const at = (path: string): string => join(home, path);
  await mkdir(staging);
  for (const folder of ['one', 'two', 'from']) await mkdir(at(folder));
  await writeFile(at('from/moving'), '');
  const changes = new Changes();
  changes.write(at('one/file'), 'new');
  changes.merge(at('two/settings.json'), { o: 1 }, null);
  changes.move(at('from/moving'), at('moved'));
  const steps = await changes.steps([home]);

  done.length = 0;
  await commit(staging, { command: 'update', name: 'one' }, steps);
  const journal = join(staging, 'commit.json');
  const taken = ['one/file.cc-mirror.tmp', 'two/settings.json.cc-mirror.tmp', 'from/moving'].map(
    (path) => `rename ${at(path)}`,
  );
  const places = ['one/file', 'two/settings.json', 'one', 'two', 'from', ''];
  const synced = places.map((path) => `sync ${path === '' ? home : at(path)}`);
  const position = (what: string): number => {
    expect(done).toContain(what);
    return done.indexOf(what);
  };
  const written = Math.max(...[journal, staging].map((path) => position(`sync ${path}`)));
  expect(written).toBeLessThan(Math.min(...taken.map(position)));
  const kept = Math.min(...synced.map(position));
  expect(kept).toBeGreaterThan(Math.max(...taken.map(position)));
  expect(Math.max(...synced.map(position))).toBeLessThan(position(`rm ${journal}`));
  // Nothing is flushed twice: flushing is what takes the time.
  const flushed = done.filter((what) => what.startsWith('sync '));
  expect(flushed.sort()).toEqual([...synced, `sync ${journal}`, `sync ${staging}`].sort());
});

it('a staged file is flushed once all of it is written', async () => {
  const path = join(temporaryFolder(), 'staged/file');
  const changes = new Changes();
  changes.write(path, 'new');
  done.length = 0;
  await changes.writeOut(dirname(path));
  expect(done).toEqual([`wrote ${path}`, `sync ${path}`]);
});

it('the journal’s direction is on disk before anything is undone', async () => {
  const staging = temporaryFolder();
  await writeFile(join(staging, 'commit.json'), '{}');
  done.length = 0;
  await turnBack(staging);
  expect(done).toEqual([`rename ${join(staging, 'commit.json')}`, `sync ${staging}`]);
});
