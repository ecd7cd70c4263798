import { keyEnding } from '../provider/key-stores.ts';
import { readKey } from '../variant/stored-key.ts';
import { type Layout, variantLayout } from '../variant/layout.ts';
import { requireVariant } from '../variant/read-variant.ts';
import type { VariantRecord } from '../variant/record.ts';
import type { Declare } from './cli/command.ts';
import { variantData, variantText } from './output/report.ts';
import { viewOf, viewText } from './output/variant-view.ts';

export const declare: Declare = (command, run) => {
  command.argument('<name>', 'The variant').action((name: string) =>
    run(async (context) => {
      const { layout } = context;
      const record = requireVariant(layout, name);
      const ending = await keyShown(record, layout);
      const key = record.key && { store: record.key.store, ending };
      const { notes, ...view } = viewOf(record, layout);
      const data = await variantData(record, context);
      const lines = [
        name,
        await variantText(record, context, ending),
        '',
        viewText({ ...view, notes }),
        ...notes.map((note) => `Note: ${note}.`),
      ];
      return {
        data: { ...data, key, ...view, notes: [...data.notes, ...notes] },
        text: lines.join('\n'),
      };
    }),
  );
};

/** The ending of a key in a file, for display. Other stores might ask to be unlocked. */
async function keyShown(record: VariantRecord, layout: Layout): Promise<string | null> {
  if (record.key?.store !== 'file') return null;
  const key = await readKey(record, variantLayout(layout, record.name));
  return key && keyEnding(key);
}
