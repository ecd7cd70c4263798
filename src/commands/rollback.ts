import { withHome } from '../home/with-home.ts';
import { checkName } from '../variant/name.ts';
import { rollbackVariant, versionOf } from '../lifecycle/rollback.ts';
import type { Declare } from './cli/command.ts';
import { earlierData, variantData, variantText } from './output/report.ts';

export const declare: Declare = (command, run) => {
  command.argument('<name>', 'The variant').action((name: string) =>
    run(async (context) => {
      checkName(name);
      const intent = { command: 'rollback', name };
      const { from, state, left, notes } = await withHome(context, intent, (change) =>
        rollbackVariant(context.layout, name, change),
      );
      const to = versionOf(state);
      const lines = [
        `${name}: ${to === from ? `as it was before, with ${to}` : `${from} → ${to}`}. The same command goes forward again.`,
        ...left.map((path) => `You have changed ${path} since, so it stays as it is.`),
        ...notes.map((note) => `${note}.`),
        state.kind === 'variant'
          ? await variantText(state.record, context)
          : 'It is as the earlier cc-mirror made it.',
      ];
      const data =
        state.kind === 'variant'
          ? await variantData(state.record, context)
          : { ...earlierData(state.earlier), notes: [] };
      return {
        data: { ...data, from, left, notes: [...data.notes, ...notes] },
        text: lines.join('\n'),
      };
    }),
  );
};
