import { readFile } from 'node:fs/promises';
import { expect, it } from 'vitest';

import { fromPackage } from '../../../src/package-root.ts';
import { loadCatalogue, shippedPresets } from '../../../src/provider/catalogue.ts';
import { jsonSchema } from '../../providers/json-schema.ts';
import { providersPage } from '../../providers/page.ts';

const text = (...path: string[]): Promise<string> => readFile(fromPackage(...path), 'utf8');

it('docs/providers.md is what npm run providers writes', async () => {
  const { entries } = loadCatalogue({ shipped: shippedPresets, user: null });
  const page = await text('docs', 'providers.md');
  expect(page).toBe(providersPage(entries));
  for (const { preset } of entries) expect(page).toContain(`| **${preset.id}**<br>`);
});

it('the JSON Schema is what npm run providers writes', async () => {
  const written: unknown = JSON.parse(await text('providers', 'schema', 'preset.schema.json'));
  expect(written).toEqual(jsonSchema());
});
