import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'vitest';
import type { CommandWorld } from './run.ts';

/** What tests do with the variant `one` of a world; `keys` are in the shell, the first of them is zai's. */
export function one(world: () => CommandWorld, keys: Readonly<Record<string, string>>) {
  const [first = ''] = Object.keys(keys);

  async function make(provider: string, ...words: string[]): Promise<void> {
    const quick = ['quick', 'one', '--provider', provider, '--from', world().claude, '--no-probe'];
    const { status, error } = await world().json([...quick, ...words], keys);
    expect({ status, error }).toEqual({ status: 0, error: undefined });
  }

  const zai = (...words: string[]): Promise<void> => make('zai', '--api-key-env', first, ...words);

  const update = (...words: string[]): ReturnType<CommandWorld['run']> =>
    world().run(['update', 'one', '--no-probe', ...words], keys);

  /** The launcher, but for the name of the bundle's folder, which differs with each build. */
  async function launcher(): Promise<string> {
    const text = await readFile(join(world().bin, 'one'), 'utf8');
    return text.replaceAll(/2\.1\.16-[0-9a-f]+/g, 'BUNDLE');
  }

  async function record(): Promise<{ provider: string; choices: object; written: object }> {
    return JSON.parse(await readFile(join(world().home, 'one', 'variant.json'), 'utf8'));
  }

  /** Every file of the variant but its bundles and the way back, and its launcher. */
  async function texts(): Promise<Map<string, string>> {
    const found = new Map<string, string>();
    for (const folder of [join(world().home, 'one'), world().bin]) {
      for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
        const path = join(entry.parentPath, entry.name);
        if (!entry.isFile() || path.startsWith(join(world().home, 'one', 'bundle'))) continue;
        if (entry.name !== 'previous.json') found.set(path, await readFile(path, 'utf8'));
      }
    }
    return found;
  }

  return { make, zai, update, launcher, record, texts };
}
