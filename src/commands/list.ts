import { Store } from '../bundle/store/store.ts';
import { table } from '../ui/table.ts';
import { doubtOn } from '../lifecycle/prove/standing.ts';
import { variantLayout } from '../variant/layout.ts';
import { earlierVariants, listVariants, unreadableVariants } from '../variant/read-variant.ts';
import { muchToFree } from '../home/unused-builds.ts';
import type { Declare } from './cli/command.ts';
import { earlierData, noVariants, variantData } from './output/report.ts';

export const declare: Declare = (command, run) => {
  command.action(() =>
    run(async (context) => {
      const { layout } = context;
      const records = listVariants(layout);
      const earlier = earlierVariants(layout);
      const unreadable = unreadableVariants(layout);
      const rows = records.map((record) => [
        record.name,
        record.claudeVersion,
        record.provider,
        `tasks ${record.capabilities.tasks.state}`,
        `teams ${record.capabilities.teams.state}`,
        record.launcher,
      ]);
      const much = muchToFree(new Store(layout.store), layout);
      const doubts = records.flatMap((record) => {
        const doubt = doubtOn(record, variantLayout(layout, record.name));
        return doubt === null ? [] : [`${record.name}: ${doubt}`];
      });
      const lines = [
        rows.length > 0 ? table(rows) : noVariants,
        ...doubts,
        ...earlier.map(
          ({ name, provider }) =>
            `${name} (${provider}) was created by an earlier cc-mirror and still works; adopt it: cc-mirror update ${name} --adopt`,
        ),
        ...unreadable.map(
          ({ folder, why }) => `${folder} cannot be read: ${why}; see: cc-mirror doctor`,
        ),
        ...(much === null ? [] : [much]),
      ];
      const data = {
        variants: await Promise.all(records.map((record) => variantData(record, context))),
        earlier: earlier.map((one) => ({ ...earlierData(one), folder: one.folder })),
        unreadable,
      };
      return { data, text: lines.join('\n') };
    }),
  );
};
