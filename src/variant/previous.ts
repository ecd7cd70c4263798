import { readIfExists } from '../disk/sync-read.ts';
import { type EarlierRecord, earlierRecord } from '../earlier/index.ts';
import { CcMirrorError } from '../errors.ts';
import { contentAt, fileContent } from '../transaction/content.ts';
import { type FileStep, type MergeStep, type Step, stepSchema } from '../transaction/step.ts';
import * as z from '../zod.ts';
import type { VariantLayout } from './layout.ts';
import { approvedKeys } from './owned-values.ts';
import { type VariantRecord, parseRecord } from './record.ts';

const previousSchema = z.object({
  schemaVersion: z.literal(1),
  /** The steps from the previous state to the current one. */
  steps: z.array(stepSchema),
});

/** The contents of a variant.json: one of our variants, or one of an earlier cc-mirror (adopt.ts). */
export type RecordedState =
  | { kind: 'variant'; record: VariantRecord }
  | { kind: 'earlier'; earlier: EarlierRecord };

/** The state of a variant before its last change. */
export interface Previous {
  state: RecordedState;
  /** The change of variant.json. */
  recordFile: FileStep;
  /** All changes since. */
  steps: Step[];
}

/**
 * The step that keeps what `steps` replace, for `rollback`. The file is private, as it may contain a
 * key; a key that moves to another store (`key`) is left out. Moves of folders are left out, too:
 * bundles stay where they are.
 */
export async function keepPrevious(
  { previous: path, secrets }: Pick<VariantLayout, 'previous' | 'secrets'>,
  steps: readonly Step[],
  { key }: Pick<VariantRecord, 'key'>,
): Promise<FileStep> {
  const elsewhere = key !== null && key.store !== 'file';
  const kept = steps.flatMap((step): Step[] => {
    if (step.kind === 'move') return [];
    if (elsewhere && step.path === secrets) return [];
    if (step.kind !== 'merge') return [step];
    if (elsewhere) return [withoutApproved(step)];
    // Of a state file that has grown long, our values are enough.
    const long = (step.saved?.text?.length ?? 0) > 65_536;
    return [long ? { ...step, saved: null } : step];
  });
  const file: z.infer<typeof previousSchema> = { schemaVersion: 1, steps: kept };
  const after = fileContent(JSON.stringify(file), 0o600);
  return { kind: 'file', path, before: await contentAt(path), after, prune: [] };
}

/** Leaves out the end of an approved key, in our values and in whole texts. */
function withoutApproved(step: MergeStep): MergeStep {
  const { restore: _, ...rest } = step;
  const { [approvedKeys]: __, ...wanted } = step.wanted;
  const { [approvedKeys]: ___, ...before } = step.before ?? {};
  return { ...rest, wanted, before: step.before && before, saved: null };
}

/** Our record before the last change; null if there is none. Error: `invalid-record`. */
export function readPrevious(
  places: Pick<VariantLayout, 'previous' | 'record'>,
): VariantRecord | null {
  const previous = readPreviousState(places);
  return previous?.state.kind === 'variant' ? previous.state.record : null;
}

/** The state before the last change; null if there is none. Error: `invalid-record`. */
export function readPreviousState({
  previous: path,
  record: recordPath,
}: Pick<VariantLayout, 'previous' | 'record'>): Previous | null {
  const text = readIfExists(path);
  if (text === null) return null;
  try {
    const { steps } = previousSchema.parse(JSON.parse(text));
    const change = steps.find((step) => step.kind === 'file' && step.path === recordPath);
    if (change?.kind !== 'file' || change.before?.kind !== 'file') return null;
    const before = Buffer.from(change.before.base64, 'base64').toString();
    const earlier = earlierRecord(before);
    const state: RecordedState = earlier
      ? { kind: 'earlier', earlier }
      : { kind: 'variant', record: parseRecord(before) };
    return { state, recordFile: change, steps };
  } catch (error) {
    if (!(error instanceof SyntaxError) && !(error instanceof z.ZodError)) throw error;
    throw new CcMirrorError(
      'invalid-record',
      `${path} was not written by this cc-mirror.`,
      'Move it away: everything works without it, except rollback.',
      // The parser's own message quotes the text, which may contain a key.
      error instanceof SyntaxError ? {} : { cause: error },
    );
  }
}
