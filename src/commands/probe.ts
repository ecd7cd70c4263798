import { resolve } from 'node:path';
import { probe } from '../probe/run.ts';
import { table } from '../ui/table.ts';
import { variantLayout } from '../variant/layout.ts';
import { type Loss, hiddenText, lossText } from '../variant/losses.ts';
import { type VariantOffer, probeVariant } from '../variant/probe-variant.ts';
import type { CommandContext, Declare } from './command.ts';
import { type Target, openTarget } from './target.ts';

export const declare: Declare = (command, run) => {
  command.argument('<target>', 'a variant, a path or a version').action((text: string) =>
    run(async (context) => {
      const target = await openTarget(text, context);
      context.progress.step('Running one session against a local stand-in for the API');
      const { report, losses, hidden } = await offerOf(target, context);
      const places = variantLayout(context.layout, target.variant?.name ?? text);
      const why = (name: Loss['capability']): string => {
        const loss = losses.find(({ capability }) => capability === name);
        if (loss) return `: ${lossText(loss, places)}`;
        const known = target.variant?.capabilities[name];
        const same = known?.state === report.states[name] && known.state !== 'on';
        return same ? `: ${known.reason}` : '';
      };
      const rows = [
        ['  version', report.claudeVersion ?? 'not told'],
        ['  tasks', report.states.tasks + why('tasks')],
        ['  teams', report.states.teams + why('teams')],
        ['  tools', report.tools.join(', ')],
        ...(report.deferredTools.length > 0
          ? [['  deferred', report.deferredTools.join(', ')]]
          : []),
        ['  agents', report.agents.join(', ') || 'none'],
        ['  skills', report.skills.join(', ') || 'none'],
        ...(hidden ? [['  hidden', hiddenText(hidden, places)]] : []),
        ['  model', report.model],
        ['  time', `${(report.ms / 1000).toFixed(1)} s`],
      ];
      return { data: { ...report, losses, hidden }, text: `${text} offers:\n${table(rows)}` };
    }),
  );
};

async function offerOf(
  { bundle, variant }: Target,
  { layout, signal }: CommandContext,
): Promise<Pick<VariantOffer, 'report' | 'losses' | 'hidden'>> {
  if (variant) return probeVariant(variant, variantLayout(layout, variant.name), signal);
  const target = { kind: bundle.kind, path: resolve(bundle.file) };
  return { ...(await probe({ target, env: {}, signal })), losses: [], hidden: null };
}
