import { mkdir, stat } from 'node:fs/promises';
import { acquireBundle } from '../bundle/acquire.ts';
import { openBundle } from '../bundle/open.ts';
import { Store } from '../bundle/store.ts';
import type { Bundle } from '../bundle/types.ts';
import { CcMirrorError, systemCode } from '../errors.ts';
import { isLauncher } from '../variant/command.ts';
import { type VariantRecord, readVariant } from '../variant/record.ts';
import type { CommandContext } from './command.ts';
import { versionSource } from './options.ts';

/** What `NAME|PATH|VERSION` stands for, opened. */
export interface Target {
  bundle: Bundle;
  /** The variant, where a name was given. */
  variant: VariantRecord | null;
}

/**
 * A variant of that name, else a version, else a path. Versions are fetched into the store.
 * Errors: `no-such-path` when it is none of the three, and those of opening and fetching.
 */
export async function openTarget(
  text: string,
  context: CommandContext,
  platform?: string,
): Promise<Target> {
  const state = /^[A-Za-z0-9_][A-Za-z0-9._-]*$/.test(text)
    ? await readVariant(context.layout, text)
    : null;
  if (state?.kind === 'variant') {
    return { bundle: await openBundle(state.record.bundle.path), variant: state.record };
  }
  if (/^(\d+\.\d+\.\d+(-[\w.-]+)?|latest|installed|auto)$/.test(text)) {
    const { layout, signal, progress, environment, userHome } = context;
    await mkdir(layout.store, { recursive: true });
    const search = { path: environment['PATH'] ?? '', userHome, isOurs: isLauncher };
    const store = new Store(layout.store);
    const { bundle } = await acquireBundle(versionSource(text), {
      store,
      search,
      signal,
      progress,
      platform,
    });
    return { bundle, variant: null };
  }
  if (await isThere(text)) return { bundle: await openBundle(text), variant: null };
  throw new CcMirrorError(
    'no-such-path',
    `${JSON.stringify(text)} is no variant, no version and no path.`,
    'See the variants: cc-mirror list; a version looks like 2.1.112 or latest.',
  );
}

async function isThere(path: string): Promise<boolean> {
  try {
    await stat(path);
    return true;
  } catch (error) {
    if (['ENOENT', 'ENOTDIR', 'ENAMETOOLONG'].includes(systemCode(error) ?? '')) return false;
    throw error;
  }
}
