import type { Command } from 'commander';
import { type Catalogue, allPresets, findPreset } from '../provider/catalogue.ts';
import { groupNames, groups } from '../provider/preset/schema.ts';
import { translatedNamed } from '../provider/preset/translated.ts';
import { table } from '../ui/table.ts';
import type { CommandContext, CommandResult, Declare } from './cli/command.ts';
import { explain, explainedText, providerData, translatedView } from './output/provider-view.ts';
import { addAddOptions, addProvider } from './providers-add.ts';
import { declareTest } from './providers/providers-test.ts';

export const declare: Declare = (command: Command, run) => {
  command
    .command('list', { isDefault: true })
    .description('List providers')
    .action(() => run(async (context) => listed(catalogueOf(context))));
  command
    .command('show')
    .description("Show a provider's preset, or what a variant gets of it")
    .argument('<id>', 'Id or alias of the provider')
    .option('--explain', 'Show every value that a variant gets, and where it comes from')
    .option('--region <id>', 'With --explain: in this region')
    .option('--plan <id>', 'With --explain: with this plan')
    .action((id: string, options: ShowOptions) =>
      run(async (context) => shown(id, options, catalogueOf(context))),
    );
  addAddOptions(
    command.command('add').description('Write a preset of your own').argument('<id>', 'Its id'),
  ).action((id: string, options: object) => run((context) => addProvider(id, options, context)));
  declareTest(command, run);
};

interface ShowOptions {
  explain?: boolean;
  region?: string;
  plan?: string;
}

function catalogueOf({ layout }: CommandContext): Catalogue {
  return allPresets(layout.providers);
}

function listed({ entries, broken }: Catalogue): CommandResult {
  const sections = groups.flatMap((group) => {
    const rows = entries
      .filter(({ preset }) => preset.group === group)
      .map(({ preset: { id, name, regions, plans }, source }) => {
        const choices = [...choiceText('region', regions), ...choiceText('plan', plans)];
        return [`  ${id}`, name, [...(source === 'user' ? ['yours'] : []), ...choices].join('; ')];
      });
    return rows.length === 0 ? [] : [groupNames[group], ...rows];
  });
  const rows = table(sections.filter((row) => typeof row !== 'string')).split('\n');
  const lines = sections.map((row) => (typeof row === 'string' ? row : (rows.shift() ?? '')));
  return {
    data: {
      providers: entries.map(providerData),
      broken: broken.map(({ id, error }) => ({ id, message: error.message })),
    },
    text: [...lines, ...broken.map(({ error }) => error.message), '', more].join('\n'),
  };
}

/** The ids for `--region` or `--plan`. */
function choiceText(option: string, choices: readonly { id: string }[]): string[] {
  if (choices.length === 0) return [];
  return [`--${option} ${choices.map(({ id }) => id).join('|')}`];
}

const more = 'Addresses, models and limits: cc-mirror providers show ID --explain';

function shown(
  id: string,
  { explain: explained, region, plan }: ShowOptions,
  catalogue: Catalogue,
): CommandResult {
  const { entries } = catalogue;
  const own = entries.some(({ preset }) =>
    [preset.id, ...preset.aliases].includes(id.toLowerCase()),
  );
  const vendor = own ? null : translatedNamed(id);
  if (vendor !== null) return translatedView(vendor);
  const entry = findPreset(catalogue, id);
  const data = { ...providerData(entry), preset: entry.preset };
  const asked = explained || region !== undefined || plan !== undefined;
  if (!asked) return { data, text: JSON.stringify(entry.preset, null, 2) };
  const whole = explain(entry.preset, { region, plan });
  return { data: { ...data, explain: whole }, text: explainedText(whole) };
}
