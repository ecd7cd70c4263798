import { parseObject } from '../config/merge.ts';
import * as z from '../zod.ts';

/** What matters in an earlier variant's settings.json. It may hold secrets: never print it. */
export interface EarlierSettings {
  env: Readonly<Record<string, string>>;
  /** The model that a session starts with, set by later versions of the package and by `/model`. */
  model: string | null;
  /** The models that a session may choose from, set by later versions of the package. */
  availableModels: string[];
}

const shape = z.object({
  env: z._default(z.catch(z.record(z.string(), z.unknown()), {}), {}),
  model: z._default(z.catch(z.nullable(z.string()), null), null),
  availableModels: z._default(z.catch(z.array(z.string()), []), []),
});

/**
 * The settings in `text`; null: there is no such file. `path` is for messages only.
 * Error: `invalid-record` if the text is not a JSON object; it never quotes the text.
 */
export function earlierSettings(text: string | null, path: string): EarlierSettings {
  const { env, model, availableModels } = shape.parse(text === null ? {} : parseObject(text, path));
  const texts = Object.entries(env).flatMap(([name, value]) =>
    ['string', 'number', 'boolean'].includes(typeof value) ? [[name, String(value)] as const] : [],
  );
  return { env: Object.fromEntries(texts), model, availableModels };
}
