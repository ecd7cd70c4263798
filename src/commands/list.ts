import { table } from '../ui/table.ts';
import { listVariants } from '../variant/record.ts';
import type { Declare } from './command.ts';
import { variantData } from './report.ts';

export const declare: Declare = (command, run) => {
  command.action(() =>
    run(async ({ layout }) => {
      const records = await listVariants(layout);
      const rows = records.map((record) => [
        record.name,
        record.claudeVersion,
        record.provider,
        `tasks ${record.capabilities.tasks.state}`,
        `teams ${record.capabilities.teams.state}`,
        record.launcher,
      ]);
      const text =
        rows.length > 0
          ? table(rows)
          : 'There are no variants yet. Make one: cc-mirror quick --provider mirror --name mclaude';
      return { data: { variants: records.map(variantData) }, text };
    }),
  );
};
