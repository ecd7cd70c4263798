import { type OwnedValues, ownedSchema, isObject, parseObject } from '../config/merge.ts';
import * as z from '../zod.ts';

/** What counts in the settings.json of an earlier variant. It may hold secrets: never print it. */
export interface EarlierSettings {
  env: Readonly<Record<string, string>>;
  /** The model a session starts with; later versions of the package set it, and so does `/model`. */
  model: string | null;
  /** The models that a session may choose; later versions of the package set it. */
  availableModels: string[];
}

/** Entries of a settings.json, by name. */
export interface SettingsEntries {
  /** In `env`. */
  env: string[];
  /** At the top. */
  settings: string[];
}

const shape = z.object({
  env: z._default(z.catch(z.record(z.string(), z.unknown()), {}), {}),
  model: z._default(z.catch(z.nullable(z.string()), null), null),
  availableModels: z._default(z.catch(z.array(z.string()), []), []),
});

/**
 * The settings in `text`; null: there is no such file. `path` is for messages only.
 * Error: `invalid-record` where the text is no JSON object; it repeats nothing of the text.
 */
export function earlierSettings(text: string | null, path: string): EarlierSettings {
  const { env, model, availableModels } = shape.parse(text === null ? {} : parseObject(text, path));
  const texts = Object.entries(env).flatMap(([name, value]) =>
    ['string', 'number', 'boolean'].includes(typeof value) ? [[name, String(value)] as const] : [],
  );
  return { env: Object.fromEntries(texts), model, availableModels };
}

/**
 * Those entries as they are in `text`, by key path: what `mergeOwned` takes out, and puts back. They
 * may be secrets. Error: as `earlierSettings`.
 */
export function valuesOf(
  text: string | null,
  { env, settings }: SettingsEntries,
  path: string,
): OwnedValues {
  if (text === null) return {};
  const root = parseObject(text, path);
  const variables = isObject(root['env']) ? root['env'] : {};
  const pick = (from: Record<string, unknown>, names: string[], prefix = ''): object =>
    Object.fromEntries(
      names.filter((name) => name in from).map((name) => [`${prefix}${name}`, from[name]]),
    );
  return ownedSchema.parse({ ...pick(variables, env, 'env.'), ...pick(root, settings) });
}
