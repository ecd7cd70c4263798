import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readIfExists, exists } from '../disk/sync-read.ts';
import { located } from '../disk/error-path.ts';
import { renamePath } from '../disk/rename.ts';
import { syncFile, syncFolder } from '../disk/sync.ts';
import { CcMirrorError } from '../errors.ts';
import * as z from '../zod.ts';
import { type Direction } from './apply-step.ts';
import { type Step, stepSchema } from './step.ts';

const intentSchema = z.object({
  /** The command, as it is typed: `update`. */
  command: z.string(),
  /** The variant that it is about. */
  name: z.string(),
});
/** What a run is about to do, to be told where it was cut off. */
export type Intent = z.infer<typeof intentSchema>;

const journalSchema = z.object({
  schemaVersion: z.literal(1),
  ...intentSchema.shape,
  steps: z.array(stepSchema),
});
type Journal = Intent & { steps: Step[] };

/** The file names: one says that all steps are to be taken, the other that all are to be taken back. */
const names: Record<Direction, string> = { forward: 'commit.json', back: 'undo.json' };
const intentName = 'intent.json';

export async function writeIntent(staging: string, { command, name }: Intent): Promise<void> {
  const path = join(staging, intentName);
  const text = JSON.stringify({ command, name });
  await located(path, () => writeFile(path, text, { mode: 0o600 }));
}

/** What the run that made a staging folder was about to do, as far as it said so. */
export async function readIntent(staging: string): Promise<Intent | null> {
  const text = readIfExists(join(staging, intentName));
  if (text === null) return null;
  try {
    return intentSchema.parse(JSON.parse(text));
  } catch (error) {
    // It was cut off while it was written, so nothing had been done by then.
    if (error instanceof SyntaxError || error instanceof z.ZodError) return null;
    throw error;
  }
}

/**
 * Writes the journal. Once it is whole and on the disk, all steps are taken, by this process or the
 * next; nothing is done before. It may hold a key.
 */
export async function writeJournal(
  staging: string,
  { command, name, steps }: Journal,
): Promise<void> {
  const journal: z.infer<typeof journalSchema> = { schemaVersion: 1, command, name, steps };
  const path = join(staging, names.forward);
  const text = JSON.stringify(journal);
  await located(path, () => writeFile(path, text, { flag: 'wx', mode: 0o600 }));
  await Promise.all([syncFile(path), syncFolder(staging)]);
}

/** From now on all steps are taken back. A rename needs no space on the disk. */
export async function turnBack(staging: string): Promise<void> {
  const forward = join(staging, names.forward);
  if (exists(forward)) await renamePath(forward, join(staging, names.back));
  await syncFolder(staging);
}

/** Ends what the journal says; what else is in the staging folder is of no use then. */
export async function endJournal(staging: string): Promise<void> {
  for (const name of Object.values(names)) await rm(join(staging, name), { force: true });
}

/** Takes away what a run was about to do: it has been done, or never will be. */
export async function endIntent(staging: string): Promise<void> {
  await rm(join(staging, intentName), { force: true });
}

/** The journal of a staging folder, and which way it is to be followed; null before it was written. */
export async function readJournal(
  staging: string,
): Promise<{ journal: Journal; direction: Direction } | null> {
  for (const direction of ['back', 'forward'] as const) {
    const path = join(staging, names[direction]);
    const text = readIfExists(path);
    const journal = text === null ? null : parse(text, path);
    if (journal) return { journal, direction };
  }
  return null;
}

/** Null for one that was cut off while it was written: then no step has been taken. */
function parse(text: string, path: string): Journal | null {
  try {
    return journalSchema.parse(JSON.parse(text));
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    if (!(error instanceof z.ZodError)) throw error;
    throw new CcMirrorError(
      'invalid-record',
      `${path} is not a journal of this cc-mirror.`,
      'It holds what a command that was cut off was about to do. Run the cc-mirror that wrote it; or have it set aside: cc-mirror doctor --fix',
      { cause: error },
    );
  }
}
