import type { Store } from '../bundle/store/store.ts';
import type { StoredBundle } from '../bundle/store/store-record.ts';
import type { Bundle } from '../bundle/types.ts';
import * as z from '../zod.ts';
import { codeId } from './code-id.ts';
import { providerPin } from '../provider/variables.ts';
import type { CapabilityAnalysis, CapabilityName } from '../gates/types.ts';

/** What cc-mirror knows about a build once its code has been analyzed. */
export interface Examination {
  analysis: Record<CapabilityName, Omit<CapabilityAnalysis, 'chains'>>;
  /** Whether the build knows CLAUDE_CODE_TASK_LIST_ID; older ones name the list by team. */
  namesTaskList: boolean;
  /** Whether it can be pinned to a provider. */
  pins: boolean;
}

const capabilitySchema = z.object({
  verdict: z.enum(['on', 'env', 'flip', 'absent', 'unknown']),
  reason: z.string(),
  env: z.nullable(z.record(z.string(), z.string())),
  switches: z.array(z.string()),
  flip: z.nullable(
    z.object({
      edit: z.object({
        module: z.string(),
        start: z.number(),
        end: z.number(),
        before: z.string(),
        after: z.string(),
      }),
      moduleBytes: z.number(),
    }),
  ),
});
const noteSchema = z.object({
  engine: z.string(),
  sha256: z.string(),
  analysis: z.object({ tasks: capabilitySchema, teams: capabilitySchema }),
  namesTaskList: z.boolean(),
  pins: z.boolean(),
});

/**
 * Analyzes a build's gates, once: the result is kept in the store, for this program and this
 * version of the engine.
 */
export async function examine(
  stored: StoredBundle,
  store: Store,
  open: () => Promise<Bundle>,
): Promise<Examination> {
  const engine = await codeId('bundle', 'gates');
  const { sha256 } = stored;
  const known = parseNote(store.readNote(stored, 'gates'));
  if (known?.engine === engine && known.sha256 === sha256) return known;
  const [{ modules }, { analyze }] = await Promise.all([open(), import('../gates/analyze.ts')]);
  const analysis = analyze(modules);
  const says = (name: string): boolean => modules.some(({ bytes }) => bytes.includes(name));
  const namesTaskList = says('CLAUDE_CODE_TASK_LIST_ID');
  const examination = { analysis, namesTaskList, pins: says(providerPin) };
  await store.writeNote(stored, 'gates', JSON.stringify({ engine, sha256, ...examination }));
  return examination;
}

/** Null for an unreadable note, too: the build is then analyzed again. */
function parseNote(text: string | null): z.infer<typeof noteSchema> | null {
  if (text === null) return null;
  try {
    return noteSchema.parse(JSON.parse(text));
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof z.ZodError) return null;
    throw error;
  }
}
