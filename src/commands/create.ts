import { CcMirrorError } from '../errors.ts';
import { silentProgress } from '../ui/progress.ts';
import type { Declare } from './cli/command.ts';
import { type MakeOptions, addMakeOptions, makeVariant, nameGiven } from './make-variant.ts';
import type { Options } from './create/question.ts';
import { wishFrom } from './input/options.ts';

export const declare: Declare = (command, run) => {
  addMakeOptions(command).action((argument: string | undefined, options: MakeOptions & Options) =>
    run(async (context) => {
      if (!context.interactive) {
        throw new CcMirrorError(
          'usage',
          'create asks questions and needs a terminal.',
          'Use: cc-mirror quick --provider mirror --name mclaude',
        );
      }
      const name = nameGiven(argument, options);
      // What is wrong with the options is said before anything is asked.
      const quiet = { ...context, progress: silentProgress };
      const { region, plan } = await wishFrom('', { ...options, apiKeyStdin: undefined }, quiet);
      const [{ factsOf }, { questions }, { terminalAsker }, { walk }] = await Promise.all([
        import('./create/facts.ts'),
        import('./create/questions.ts'),
        import('./create/ask-in-terminal.ts'),
        import('./create/walk.ts'),
      ]);
      const facts = await factsOf(context, options.force);
      if (name !== undefined) facts.checkName(name);
      const given: Options = {
        ...options,
        ...(name !== undefined && { name }),
        ...(region !== undefined && { region }),
        ...(plan !== undefined && { plan }),
      };
      const asker = terminalAsker(context.signal);
      const { key, ...answers } = await walk(questions, given, facts, asker);
      const { name: chosen = '', provider = '' } = answers;
      return makeVariant(chosen, provider, { ...options, ...answers }, context, key);
    }),
  );
};
