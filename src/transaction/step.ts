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
  /** Folders that go, the innermost first, where the step leaves no file and they are empty. */
  prune: z.array(z.string()),
});

const mergeStepSchema = z.object({
  kind: z.literal('merge'),
  path: z.string(),
  wanted: ownedSchema,
  before: z.nullable(ownedSchema),
  mode: z.nullable(z.number()),
  /**
   * The whole text as it was, with its mode, the SHA-256 of what the merge makes of it, and the
   * folders that it makes.
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
   * An earlier text of the file, which it gets back to the byte where it still is what was made of
   * that (by its SHA-256); else our values take the places that they had there.
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
 * One change that can be made, repeated and taken back, whatever was done of it: a file's content,
 * our values in a configuration file that others write too, or a folder's place.
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
