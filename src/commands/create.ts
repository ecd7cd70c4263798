import { CcMirrorError } from '../errors.ts';
import { loadCatalogue, shippedPresets } from '../provider/catalogue.ts';
import { checkName } from '../variant/name.ts';
import type { CommandContext, Declare } from './command.ts';
import { addVariantOptions } from './options.ts';
import { createVariant } from './quick.ts';

interface Answers {
  name?: string | undefined;
  provider?: string | undefined;
  baseUrl?: string | undefined;
}

export const declare: Declare = (command, run) => {
  addVariantOptions(
    command
      .argument('[name]', "the variant's name, which becomes a command")
      .option('--provider <id>', 'the provider: see cc-mirror providers list')
      .option('--name <name>', "the variant's name"),
  ).action((argument: string | undefined, options: Answers) =>
    run(async (context) => {
      if (!context.interactive) {
        throw new CcMirrorError(
          'usage',
          'create asks questions, and this is no terminal.',
          'Use: cc-mirror quick --provider mirror --name mclaude',
        );
      }
      const { name, provider, ...answers } = await ask(
        { ...options, name: options.name ?? argument },
        context,
      );
      return createVariant(name, provider, { ...options, ...answers }, context);
    }),
  );
};

/** Asks for what was not given. */
async function ask(
  given: Answers,
  { layout }: CommandContext,
): Promise<Answers & { name: string; provider: string }> {
  const { select, text } = await import('@clack/prompts');
  const answered = (value: string | symbol): string => {
    if (typeof value === 'symbol')
      throw new CcMirrorError('interrupted', 'Cancelled; nothing was changed.');
    return value;
  };
  const output = process.stderr;
  const catalogue = await loadCatalogue({ shipped: shippedPresets, user: layout.providers });
  const provider =
    given.provider ??
    answered(
      await select<string>({
        message: 'Which provider?',
        options: catalogue.map(({ preset }) => ({
          value: preset.id,
          label: preset.name,
          hint: preset.description,
        })),
        initialValue: 'mirror',
        output,
      }),
    );
  const preset = catalogue.find((entry) => entry.preset.id === provider)?.preset;
  const needsUrl = preset?.requires.includes('baseUrl') && given.baseUrl === undefined;
  const baseUrl = needsUrl
    ? answered(
        await text({
          message: 'Its address (what comes before /v1/messages)?',
          placeholder: 'https://…',
          output,
        }),
      )
    : given.baseUrl;
  const name =
    given.name ??
    answered(
      await text({
        message: 'A name for it, which becomes a command?',
        initialValue: provider === 'mirror' ? 'mclaude' : `${provider}-claude`,
        validate: (value) => problemOf(value ?? ''),
        output,
      }),
    );
  return { provider, name, ...(baseUrl !== undefined && { baseUrl }) };
}

function problemOf(name: string): string | undefined {
  try {
    checkName(name);
    return undefined;
  } catch (error) {
    if (error instanceof CcMirrorError) return error.message;
    throw error;
  }
}
