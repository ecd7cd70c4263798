import { CcMirrorError } from '../errors.ts';
import { keyFileMode, keyFileText } from '../provider/key-file.ts';
import { contentAt, fileContent } from '../transaction/content.ts';
import type { Step } from '../transaction/step.ts';
import { readKey } from '../variant/stored-key.ts';
import type { VariantLayout } from '../variant/layout.ts';
import { approvalOf } from '../variant/owned-values.ts';
import type { RecordedState } from '../variant/previous.ts';

/**
 * A rollback's steps for a key in a file, before or after it. previous.json has no key that was moved
 * to another store, so it comes from the keyring, or the user has to give it again. `taken`: the
 * rollback's other steps.
 */
export async function keySteps(
  state: RecordedState,
  current: RecordedState,
  places: VariantLayout,
  taken: readonly Step[],
): Promise<{ steps: Step[]; notes: string[] }> {
  const { secrets: path } = places;
  const none = { steps: [], notes: [] };
  const replaced = taken.some((step) => step.kind === 'file' && step.path === path);
  if (state.kind !== 'variant' || replaced) return none;
  const before = await contentAt(path);
  const { name, key } = state.record;
  const wanted = key?.store === 'file';
  if (wanted === (before !== null)) return none;
  if (!wanted) return { ...none, steps: [{ kind: 'file', path, before, after: null, prune: [] }] };
  const value = await keyOf(current, places);
  if (value === null) {
    const lacks = `${name} has no key now: cc-mirror did not keep it when the key moved to another store`;
    return {
      ...none,
      notes: [`${lacks}; give it again: cc-mirror update ${name} --api-key-stdin`],
    };
  }
  const after = fileContent(keyFileText(value), keyFileMode);
  const steps: Step[] = [{ kind: 'file', path, before, after, prune: [] }];
  if (key.variable === 'ANTHROPIC_API_KEY') {
    const merge = { wanted: approvalOf(value), before: null, mode: keyFileMode, saved: null };
    steps.push({ kind: 'merge', path: places.state, ...merge });
  }
  return { steps, notes: [] };
}

async function keyOf(state: RecordedState, places: VariantLayout): Promise<string | null> {
  try {
    return state.kind === 'variant' ? await readKey(state.record, places) : null;
  } catch (error) {
    if (error instanceof CcMirrorError) return null;
    throw error;
  }
}
