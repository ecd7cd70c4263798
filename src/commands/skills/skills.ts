import { resolve } from 'node:path';
import type { Command } from 'commander';
import { CcMirrorError } from '../../errors.ts';
import { packSource } from '../../skill/pack-source.ts';
import { withHome } from '../../home/with-home.ts';
import { installVariant } from '../../lifecycle/install.ts';
import { requireVariant } from '../../variant/read-variant.ts';
import type { VariantRecord } from '../../variant/record.ts';
import { checkName } from '../../variant/name.ts';
import type { CommandContext, CommandResult, Declare, Runner } from '../cli/command.ts';
import { variantResult } from '../output/report.ts';
import { addCheck } from './skills-check.ts';
import { addList } from './skills-list.ts';

export const declare: Declare = (command, run) => {
  addList(command, run);
  addAdd(command, run);
  addRemove(command, run);
  addCheck(command, run);
};

function addAdd(command: Command, run: Runner): void {
  command
    .command('add')
    .description('Add packs to a variant')
    .argument('<variant>', 'The variant')
    .argument(
      '<packs...>',
      'Ids from skills list, or folders of your own',
    )
    .action((name: string, given: string[]) =>
      run((context) =>
        change(name, context, async ({ choices }) => [
          ...new Set([...choices.skills, ...given.map(packSource)]),
        ]),
      ),
    );
}

function addRemove(command: Command, run: Runner): void {
  command
    .command('remove')
    .description('Remove packs from a variant; keep files that you edited')
    .argument('<variant>', 'The variant')
    .argument('<packs...>', 'Ids or folders of the packs, or names of their skills')
    .action((name: string, given: string[]) =>
      run((context) =>
        change(name, context, async (record) => {
          const out = given.map((pack) => sourceOf(pack, record));
          return record.choices.skills.filter((source) => !out.includes(source));
        }),
      ),
    );
}

/** Changes only the packs of a variant, staged and proved like an update. */
async function change(
  name: string,
  context: CommandContext,
  next: (record: VariantRecord) => Promise<string[]>,
): Promise<CommandResult> {
  checkName(name);
  const intent = { command: 'skills', name };
  const record = await withHome(context, intent, async (toChange) => {
    const current = requireVariant(context.layout, name);
    const skills = await next(current);
    const wish = { name, skills, keepVersion: true, prove: current.probe !== null, force: false };
    return installVariant(wish, current, context, toChange);
  });
  return variantResult(record, context);
}

/** Finds a pack by its source, its id or one of its skills. Error: `usage`. */
function sourceOf(given: string, { name, packs, choices: { skills } }: VariantRecord): string {
  const exact = skills.find((source) => source === given || source === resolve(given));
  if (exact !== undefined) return exact;
  const meant = packs.filter((pack) => pack.id === given || pack.skills.includes(given));
  const [pack] = meant;
  if (pack !== undefined && meant.length === 1) return pack.source;
  throw new CcMirrorError(
    'usage',
    pack === undefined
      ? `${name} has no pack ${JSON.stringify(given)}.`
      : `${name} has several packs that ${JSON.stringify(given)} could mean.`,
    skills.length > 0 ? `It has: ${skills.join(', ')}.` : 'It has none.',
  );
}
