// zod as this program uses it: the small one, which brings no messages of its own and compiles no
// parsers. The messages are set here, so that whoever makes a schema has them.
import { config } from 'zod/mini';
import english from 'zod/v4/locales/en.js';

config(english());

export * from 'zod/mini';
/** What a schema's `parse` throws. */
export { $ZodError as ZodError } from 'zod/v4/core';
