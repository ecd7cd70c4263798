// zod/mini, which compiles no parsers and has no messages of its own. The messages are set here, so
// that all schemas have them.
import { type ZodMiniType, config } from 'zod/mini';
import english from 'zod/v4/locales/en.js';

config(english());

export * from 'zod/mini';
/** Thrown by a schema's `parse`. */
export { $ZodError as ZodError } from 'zod/v4/core';

/** The value of a JSON text that the schema accepts; undefined for any other text. */
export function parseJson<T>(text: string, schema: ZodMiniType<T>): T | undefined {
  try {
    return schema.safeParse(JSON.parse(text)).data;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
