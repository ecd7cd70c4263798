import { CcMirrorError } from '../errors.ts';
import { installVariant } from '../variant/install.ts';
import { readVariant } from '../variant/record.ts';
import { checkName } from '../variant/name.ts';
import type { CommandContext, CommandResult, Declare } from './command.ts';
import { addVariantOptions, wishFrom } from './options.ts';
import { variantData, variantText } from './report.ts';

export const declare: Declare = (command, run) => {
  addVariantOptions(
    command
      .argument('[name]', "the variant's name, which becomes a command")
      .option('--provider <id>', 'the provider: see cc-mirror providers list')
      .option('--name <name>', "the variant's name"),
  ).action((argument: string | undefined, options: { name?: string; provider?: string }) =>
    run((context) => {
      const name = options.name ?? argument;
      if (options.name !== undefined && argument !== undefined && options.name !== argument) {
        throw new CcMirrorError(
          'usage',
          `Two names were given: ${argument} and ${options.name}.`,
          'Give one of the two.',
        );
      }
      if (name === undefined) {
        throw new CcMirrorError(
          'usage',
          'The variant needs a name.',
          'For example: cc-mirror quick --provider mirror --name mclaude',
        );
      }
      if (options.provider === undefined) {
        throw new CcMirrorError(
          'usage',
          'The variant needs a provider.',
          'For example: --provider mirror; see: cc-mirror providers list',
        );
      }
      return createVariant(name, options.provider, options, context);
    }),
  );
};

/** Makes a variant; with --force, makes an existing one anew and keeps its configuration. */
export async function createVariant(
  name: string,
  provider: string,
  options: object,
  context: CommandContext,
): Promise<CommandResult> {
  checkName(name);
  const state = await readVariant(context.layout, name);
  const wish = { ...(await wishFrom(name, options, context)), provider };
  if (state.kind === 'foreign') {
    throw new CcMirrorError(
      'name-taken',
      `${state.folder} is there and is no variant of this cc-mirror: ${state.why}.`,
      'Choose another name, or look at that folder.',
    );
  }
  if (state.kind === 'variant' && !wish.force) {
    throw new CcMirrorError(
      'name-taken',
      `There is a variant ${name} already.`,
      `Bring it up to date with: cc-mirror update ${name}; or add --force to make it anew, which keeps its configuration.`,
    );
  }
  const record = await installVariant(
    wish,
    state.kind === 'variant' ? state.record : null,
    context,
  );
  return { data: variantData(record), text: `${name} is ready.\n${variantText(record, context)}` };
}
