import { withHome } from '../home/with-home.ts';
import { checkName } from '../variant/name.ts';
import { rollbackVariant, versionOf } from '../lifecycle/rollback.ts';
import type { Declare } from './cli/command.ts';
import { differenceText } from './output/preview-text.ts';
import { earlierData, variantData, variantText } from './output/report.ts';

export const declare: Declare = (command, run) => {
  command.argument('<name>', 'The variant').action((name: string) =>
    run(async (context) => {
      checkName(name);
      const intent = { command: 'rollback', name };
      const { from, state, changes, left, notes } = await withHome(context, intent, (change) =>
        rollbackVariant(context.layout, name, change),
      );
      const to = versionOf(state);
      const lines = [
        `${name}: ${to === from ? `restored, still ${to}` : `${from} → ${to}`}. Run the same command again to undo this.`,
        ...changes.map((change) => `  ${differenceText(change)}`),
        ...left.map((path) => `Kept ${path}, which you have changed since.`),
        ...notes.map((note) => `${note}.`),
        state.kind === 'variant'
          ? await variantText(state.record, context)
          : 'Restored the variant of the earlier cc-mirror.',
      ];
      const data =
        state.kind === 'variant'
          ? await variantData(state.record, context)
          : { ...earlierData(state.earlier), notes: [] };
      return {
        data: { ...data, from, changes, left, notes: [...data.notes, ...notes] },
        text: lines.join('\n'),
      };
    }),
  );
};
