// Writes what is made from the presets: the JSON Schema that editors read, and the page of providers.
import { mkdir, writeFile } from 'node:fs/promises';
import { loadCatalogue, shippedPresets } from '../../src/provider/catalogue.ts';
import { fromPackage } from '../../src/package-root.ts';
import { jsonSchema } from './json-schema.ts';
import { providersPage } from './page.ts';

await mkdir(fromPackage('providers', 'schema'), { recursive: true });
await writeFile(
  fromPackage('providers', 'schema', 'preset.schema.json'),
  `${JSON.stringify(jsonSchema(), null, 2)}\n`,
);
const { entries } = loadCatalogue({ shipped: shippedPresets, user: null });
await writeFile(fromPackage('docs', 'providers.md'), providersPage(entries));
