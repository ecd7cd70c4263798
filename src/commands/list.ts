import { table } from '../ui/table.ts';
import { listVariants, unreadableVariants } from '../variant/record.ts';
import type { Declare } from './command.ts';
import { noVariants, variantData } from './report.ts';

export const declare: Declare = (command, run) => {
  command.action(() =>
    run(async ({ layout }) => {
      const records = await listVariants(layout);
      const unreadable = await unreadableVariants(layout);
      const rows = records.map((record) => [
        record.name,
        record.claudeVersion,
        record.provider,
        `tasks ${record.capabilities.tasks.state}`,
        `teams ${record.capabilities.teams.state}`,
        record.launcher,
      ]);
      const lines = [
        rows.length > 0 ? table(rows) : noVariants,
        ...unreadable.map(({ folder, why }) => `${folder} is not understood: ${why}`),
      ];
      return { data: { variants: records.map(variantData), unreadable }, text: lines.join('\n') };
    }),
  );
};
