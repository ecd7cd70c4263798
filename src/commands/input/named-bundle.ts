import { stat } from '../../disk/sync-read.ts';
import { acquireBundle, openStored } from '../../bundle/acquire.ts';
import type { BundleSource } from '../../bundle/bundle-source.ts';
import { openBundle } from '../../bundle/open.ts';
import type { Bundle } from '../../bundle/types.ts';
import { CcMirrorError, systemCode } from '../../errors.ts';
import { withHome } from '../../home/with-home.ts';
import { searchFor } from '../../home/context.ts';
import { madeEarlier, notAVariant, readVariant } from '../../variant/read-variant.ts';
import type { VariantRecord } from '../../variant/record.ts';
import type { CommandContext } from '../cli/command.ts';
import { asVersion } from './options.ts';

/** The bundle that `NAME|PATH|VERSION` names. */
export interface Target {
  bundle: Bundle;
  /** The variant, if a name was given. */
  variant: VariantRecord | null;
}

/**
 * Opens a variant of that name, else a version, else a path. Fetches versions into the store.
 * Errors: `no-such-path` for anything else, and those of opening and fetching.
 */
export async function openTarget(
  text: string,
  context: CommandContext,
  platform?: string,
): Promise<Target> {
  const state = /^[A-Za-z0-9_][A-Za-z0-9._-]*$/.test(text)
    ? readVariant(context.layout, text)
    : null;
  if (state?.kind === 'variant') {
    const { record } = state;
    const bundle = await openBundle(record.bundle.path);
    return { bundle: checked(bundle, text, platform), variant: record };
  }
  const version = asVersion(text);
  if (version) return { bundle: await fetchVersion(version, context, platform), variant: null };
  if (isThere(text)) {
    return { bundle: checked(await openBundle(text), text, platform), variant: null };
  }
  if (state?.kind === 'foreign') throw notAVariant(state);
  if (state?.kind === 'earlier') throw madeEarlier(text);
  throw new CcMirrorError(
    'no-such-path',
    `${JSON.stringify(text)} is not a variant, version or path.`,
    'List variants with: cc-mirror list. A version looks like 2.1.112 or latest.',
  );
}

/** A local bundle cannot be had for another platform. Error: `usage`. */
function checked(bundle: Bundle, text: string, platform: string | undefined): Bundle {
  if (platform === undefined || bundle.platform === platform || bundle.platform === 'any') {
    return bundle;
  }
  throw new CcMirrorError(
    'usage',
    `${text} is for ${bundle.platform}, not for ${platform}.`,
    `Omit --platform, or give a version instead: ${bundle.version}`,
  );
}

/** Takes the lock: other commands may be using the store of this home. */
async function fetchVersion(
  version: BundleSource,
  context: CommandContext,
  platform?: string,
): Promise<Bundle> {
  const { signal, progress } = context;
  return withHome(context, { command: 'store', name: '' }, async ({ store }) => {
    const onNote = (note: string): void => progress.note(note);
    const options = { store, search: searchFor(context), signal, progress, platform, onNote };
    return openStored(await acquireBundle(version, options), progress);
  });
}

function isThere(path: string): boolean {
  try {
    stat(path);
    return true;
  } catch (error) {
    if (['ENOENT', 'ENOTDIR', 'ENAMETOOLONG'].includes(systemCode(error) ?? '')) return false;
    throw error;
  }
}
