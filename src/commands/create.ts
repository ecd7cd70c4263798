import { CcMirrorError } from '../errors.ts';
import type { Declare } from './cli/command.ts';
import { type MakeOptions, addMakeOptions, makeVariant, nameGiven } from './make-variant.ts';
import { askForVariant } from './input/questions.ts';

export const declare: Declare = (command, run) => {
  addMakeOptions(command).action((argument: string | undefined, options: MakeOptions) =>
    run(async (context) => {
      if (!context.interactive) {
        throw new CcMirrorError(
          'usage',
          'create asks questions and needs a terminal.',
          'Use: cc-mirror quick --provider mirror --name mclaude',
        );
      }
      const given = { ...options, name: nameGiven(argument, options) };
      const { name, provider, key, ...answers } = await askForVariant(given, context);
      return makeVariant(name, provider, { ...options, ...answers }, context, key);
    }),
  );
};
