import { jsonIn } from '../../config/json-place.ts';
import { readText } from '../../disk/sync-read.ts';
import { fromPackage } from '../../package-root.ts';
import * as z from '../../zod.ts';
import { httpUrl, slug, text } from './fields.ts';

const schema = z.strictObject({
  /** Presets of programs that translate between the formats, each with what to do. */
  translators: z.array(z.strictObject({ provider: slug, how: text })),
  /** Vendors that speak OpenAI's format only. */
  vendors: z.array(
    z.strictObject({
      id: slug,
      aliases: z._default(z.array(slug), []),
      name: text,
      baseUrl: httpUrl,
      keyPrefixes: z._default(z.array(text), []),
      /** The translators that reach it, each with the name that it has there. */
      by: z.record(slug, text),
    }),
  ),
  source: z.strictObject({ url: httpUrl, date: z.iso.date() }),
});

type Translated = z.infer<typeof schema>;
export type TranslatedVendor = Translated['vendors'][number];

/** The vendors that a variant reaches through a translator (providers/translated/openai.json). */
export function readTranslated(): Translated {
  return schema.parse(jsonIn(readText(fromPackage('providers', 'translated', 'openai.json'))));
}

/** The vendor with that id or alias. */
export function translatedNamed(name: string): TranslatedVendor | null {
  const wanted = name.toLowerCase();
  const { vendors } = readTranslated();
  return vendors.find(({ id, aliases }) => [id, ...aliases].includes(wanted)) ?? null;
}
