import * as z from 'zod';
import { CcMirrorError } from '../../src/errors.ts';
import { compareVersions } from './versions.ts';

/** The platforms that native builds are published for. */
export const platforms = [
  'darwin-arm64',
  'darwin-x64',
  'linux-arm64',
  'linux-arm64-musl',
  'linux-x64',
  'linux-x64-musl',
  'win32-arm64',
  'win32-x64',
] as const;
export type Platform = (typeof platforms)[number];

/** Where a build runs: `any` for JavaScript. */
export const platformSchema = z.enum([...platforms, 'any']);

/** Text without the code that reasons name: the results are published, and Claude Code is not ours to. */
function withoutCode(text: string): string {
  return text.replaceAll(
    / also needs .*?, which is not a feature flag/g,
    ' also needs another check, which is not a feature flag',
  );
}

const told = z.string().transform(withoutCode);

const capabilitySchema = z.strictObject({
  verdict: z.enum(['on', 'env', 'flip', 'absent', 'unknown']),
  reason: told,
  /** What turns it on by default; null where it stays off. */
  by: z.enum(['stock', 'env', 'flip']).nullable(),
  /** Whether it was on when the published build ran; null where it was not run. */
  stock: z.boolean().nullable(),
  /** The same of the build that cc-mirror made. */
  built: z.boolean().nullable(),
});

/** A program that cc-mirror made of the published one. */
const madeSchema = z.strictObject({
  /** Edited modules, and bytes within the edits that differ from the published ones. */
  edits: z.strictObject({ modules: z.number(), bytes: z.number() }),
  /** It was compared with the published one: it differs where it was meant to, nowhere else. */
  rebuilt: z.literal('same').optional(),
  /** Its signature was verified, on macOS. */
  signature: z.literal('ok').optional(),
});
export type Made = z.infer<typeof madeSchema>;

const lineSchema = z.strictObject({
  version: z.string().regex(/^\d+\.\d+\.\d+$/),
  platform: platformSchema,
  kind: z.enum(['js', 'native']),
  /** Null if the build could not be read. */
  layout: z.enum(['script', 'single', 'chunked', 'chunked-shared']).nullable(),
  /** JavaScript modules. */
  modules: z.number(),
  tasks: capabilitySchema,
  teams: capabilitySchema,
  ...madeSchema.shape,
  /**
   * Whether the build that was made announces the Task tools by name only: with ENABLE_TOOL_SEARCH unset
   * and an address that is not Anthropic's, and with it `true`, which is also what the build does at
   * Anthropic's address. Only of builds examined since this is looked at.
   */
  deferred: z.strictObject({ unset: z.boolean(), asked: z.boolean() }).optional(),
  /** The same with `--flip always`, where the default leaves something to the environment, and what ran. */
  flipped: z
    .strictObject({
      ...madeSchema.shape,
      tasks: z.boolean().nullable(),
      teams: z.boolean().nullable(),
    })
    .optional(),
  /** Medians of `runs` runs each, in milliseconds. */
  launch: z
    .strictObject({
      runs: z.number(),
      stockMs: z.number(),
      builtMs: z.number(),
      ratio: z.number(),
    })
    .optional(),
  problems: z.array(told),
  date: z.iso.date(),
});

/** What is known of one published build: one line of docs/compatibility.jsonl. */
export type Line = z.infer<typeof lineSchema>;
export type Layout = NonNullable<Line['layout']>;
export type CapabilityLine = Line['tasks'];

/** The lines of a file's text. Error: `invalid-record` names the first that is not one. */
export function parseLines(text: string, file: string): Line[] {
  return text.split('\n').flatMap((row, index) => {
    if (row === '') return [];
    try {
      return [lineSchema.parse(JSON.parse(row))];
    } catch (error) {
      if (!(error instanceof SyntaxError) && !(error instanceof z.ZodError)) throw error;
      const why = error instanceof z.ZodError ? z.prettifyError(error) : error.message;
      throw new CcMirrorError('invalid-record', `${file}:${index + 1} is no line: ${why}`);
    }
  });
}

/** The text of lines, by version and platform; a build's keys come in the order of the schema. */
export function formatLines(lines: readonly Line[]): string {
  return [...lines]
    .sort(compareLines)
    .map((line) => `${JSON.stringify(lineSchema.parse(line))}\n`)
    .join('');
}

/** The lines with one more, which takes the place of an older one for the same build. */
export function withLine(lines: readonly Line[], added: Line): Line[] {
  const others = lines.filter(
    ({ version, platform }) => version !== added.version || platform !== added.platform,
  );
  return [...others, lineSchema.parse(added)].sort(compareLines);
}

function compareLines(a: Line, b: Line): number {
  return compareVersions(a.version, b.version) || (a.platform < b.platform ? -1 : 1);
}
