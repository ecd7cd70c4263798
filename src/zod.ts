// zod/mini, which compiles no parsers and has no messages of its own. The messages are set here, so
// that all schemas have them.
import { config } from 'zod/mini';
import english from 'zod/v4/locales/en.js';

config(english());

export * from 'zod/mini';
/** Thrown by a schema's `parse`. */
export { $ZodError as ZodError } from 'zod/v4/core';
