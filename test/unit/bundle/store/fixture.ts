import { join } from 'node:path';
import { openBundle } from '../../../../src/bundle/open.ts';
import type { StoredBundle } from '../../../../src/bundle/store/store-record.ts';
import type { Store } from '../../../../src/bundle/store/store.ts';
import type { Edit } from '../../../../src/gates/types.ts';
import type { Bundle } from '../../../../src/bundle/types.ts';
import { writeFakeClaude } from '../../../support/fake-claude.ts';
import { writeTree } from '../../../support/folder.ts';

/** Adds a published package to the store in `root`. */
export async function publish(store: Store, root: string): Promise<StoredBundle> {
  const unpacked = join(root, '.unpacked');
  await writeFakeClaude(unpacked);
  await writeTree(unpacked, { 'vendor/tool': 'tool' });
  return store.addPublished(unpacked, 'sha512-x');
}

/** An edit that opens the fake Claude Code's gate. */
export function flip({ modules: [module] }: Bundle): Edit {
  const before = 'if(headless())return!1;return!0';
  const start = module?.bytes.indexOf(before) ?? -1;
  const after = 'return!0'.padEnd(before.length);
  return { module: 'cli.js', start, end: start + before.length, before, after };
}

/** The flipped build of a stored bundle, once its record is written. */
export async function build(store: Store, stored: StoredBundle): Promise<StoredBundle> {
  const bundle = await openBundle(join(stored.folder, stored.program));
  const built = await store.build(stored, () => Promise.resolve(bundle), [flip(bundle)]);
  return { ...built, sha256: await built.sha256 };
}
