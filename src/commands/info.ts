import { requireVariant } from '../variant/record.ts';
import { checkName } from '../variant/name.ts';
import type { Declare } from './command.ts';
import { variantData, variantText } from './report.ts';

export const declare: Declare = (command, run) => {
  command.argument('<name>', 'the variant').action((name: string) =>
    run(async (context) => {
      checkName(name);
      const record = await requireVariant(context.layout, name);
      return { data: variantData(record), text: `${name}\n${variantText(record, context)}` };
    }),
  );
};
