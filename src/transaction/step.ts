import { ownedSchema } from '../config/merge.ts';
import * as z from '../zod.ts';

const contentSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('file'), base64: z.string(), mode: z.number() }),
  z.object({ kind: z.literal('link'), target: z.string() }),
]);

/** What a path holds: a file's bytes and permission bits, or a symbolic link. */
export type Content = z.infer<typeof contentSchema>;

const fileStepSchema = z.object({
  kind: z.literal('file'),
  path: z.string(),
  before: z.nullable(contentSchema),
  after: z.nullable(contentSchema),
  /** Folders to remove, the innermost first, if the step leaves no file and they are empty. */
  prune: z.array(z.string()),
});

const mergeStepSchema = z.object({
  kind: z.literal('merge'),
  path: z.string(),
  wanted: ownedSchema,
  before: z.nullable(ownedSchema),
  mode: z.nullable(z.number()),
  /**
   * The whole text before the merge, its mode, the SHA-256 of the merged text, and the folders that
   * the step creates.
   */
  saved: z.nullable(
    z.object({
      text: z.nullable(z.string()),
      mode: z.nullable(z.number()),
      made: z.string(),
      prune: z.array(z.string()),
    }),
  ),
  /**
   * An earlier text of the file, and the SHA-256 of what was made of it. A file that still has that
   * hash gets the earlier text back; in any other, our values are put where they were in it.
   */
  restore: z.optional(z.object({ text: z.string(), made: z.string() })),
});

const moveStepSchema = z.object({
  kind: z.literal('move'),
  from: z.string(),
  to: z.string(),
  prune: z.array(z.string()),
});

/**
 * A change that can be made, repeated and undone from any point: a file's content, our values in a
 * configuration file that others write too, or a folder's location.
 */
export const stepSchema = z.discriminatedUnion('kind', [
  fileStepSchema,
  mergeStepSchema,
  moveStepSchema,
]);
export type Step = z.infer<typeof stepSchema>;
export type FileStep = z.infer<typeof fileStepSchema>;
export type MergeStep = z.infer<typeof mergeStepSchema>;
export type MoveStep = z.infer<typeof moveStepSchema>;
