import type { Command } from 'commander';
import {
  type Catalogue,
  type CatalogueEntry,
  findPreset,
  loadCatalogue,
  shippedPresets,
} from '../provider/catalogue.ts';
import { table } from '../ui/table.ts';
import type { CommandContext, Declare } from './cli/command.ts';

export const declare: Declare = (command: Command, run) => {
  command
    .command('list', { isDefault: true })
    .description('List providers')
    .action(() =>
      run(async (context) => {
        const { entries, broken } = catalogueOf(context);
        const rows = entries.map(({ preset, source }) => [
          preset.id,
          preset.name,
          preset.baseUrl ?? '-',
          source === 'user' ? 'yours' : '',
        ]);
        return {
          data: { providers: entries.map(providerData) },
          text: [table(rows), ...broken.map(({ error }) => error.message)].join('\n'),
        };
      }),
    );
  command
    .command('show')
    .description("Show a provider's preset and its sources")
    .argument('<id>', 'Id or alias of the provider')
    .action((id: string) =>
      run(async (context) => {
        const entry = findPreset(catalogueOf(context), id);
        return {
          data: { ...providerData(entry), preset: entry.preset },
          text: JSON.stringify(entry.preset, null, 2),
        };
      }),
    );
};

function catalogueOf({ layout }: CommandContext): Catalogue {
  return loadCatalogue({ shipped: shippedPresets, user: layout.providers });
}

function providerData({ preset, source }: CatalogueEntry): object {
  const { id, name, baseUrl, auth, models } = preset;
  return { id, name, baseUrl, auth: auth.type, models, source };
}
