import { CcMirrorError } from '../errors.ts';
import type { Declare } from './cli/command.ts';
import { type MakeOptions, addMakeOptions, makeVariant, nameGiven } from './make-variant.ts';

export const declare: Declare = (command, run) => {
  addMakeOptions(command).action((argument: string | undefined, options: MakeOptions) =>
    run((context) => {
      const name = nameGiven(argument, options);
      if (name === undefined) {
        throw new CcMirrorError(
          'usage',
          'No name was given.',
          'For example: cc-mirror quick --provider mirror --name mclaude',
        );
      }
      if (options.provider === undefined) {
        throw new CcMirrorError(
          'usage',
          'No provider was given.',
          'For example: --provider mirror; see: cc-mirror providers list',
        );
      }
      return makeVariant(name, options.provider, options, context);
    }),
  );
};
