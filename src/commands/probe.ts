import { resolve } from 'node:path';
import { probe } from '../probe/probe.ts';
import { table } from '../ui/table.ts';
import { variantLayout } from '../variant/layout.ts';
import { type Loss, lossText, hiddenText } from '../plan/losses.ts';
import { probeVariant, type VariantOffer } from '../lifecycle/prove/probe-variant.ts';
import type { CommandContext, Declare } from './cli/command.ts';
import { type Target, openTarget } from './input/named-bundle.ts';
import { readProject } from '../lifecycle/prove/project-settings.ts';
import { currentFolder } from './input/current-folder.ts';

const targets = "A variant (with the current folder's project settings), a path or a version";

export const declare: Declare = (command, run) => {
  command.argument('<target>', targets).action((text: string) =>
    run(async (context) => {
      const target = await openTarget(text, context);
      context.progress.step('Running one session against a local stand-in for the API');
      const { report, losses, hidden, project } = await offerOf(target, context);
      const places = variantLayout(context.layout, target.variant?.name ?? text);
      const why = (name: Loss['capability']): string => {
        const loss = losses.find(({ capability }) => capability === name);
        if (loss) return `: ${lossText(loss, places)}`;
        const known = target.variant?.capabilities[name];
        const same = known?.state === report.states[name] && known.state !== 'on';
        return same ? `: ${known.reason}` : '';
      };
      const rows = [
        ['  version', report.claudeVersion ?? 'unknown'],
        ['  tasks', report.states.tasks + why('tasks')],
        ['  teams', report.states.teams + why('teams')],
        ['  tools', report.tools.join(', ')],
        ...(report.deferredTools.length > 0
          ? [['  deferred', report.deferredTools.join(', ')]]
          : []),
        ['  agents', report.agents.join(', ') || 'none'],
        ['  skills', report.skills.join(', ') || 'none'],
        ...(hidden ? [['  hidden', hiddenText(hidden, places)]] : []),
        ...(project.length > 0 ? [['  project', project.join(', ')]] : []),
        ['  model', report.model],
        ['  time', `${(report.ms / 1000).toFixed(1)} s`],
      ];
      const data = { ...report, losses, hidden, project };
      return { data, text: `${text} offers:\n${table(rows)}` };
    }),
  );
};

/** `project`: the settings files of the current folder's project that were applied. */
async function offerOf(
  { bundle, variant }: Target,
  context: CommandContext,
): Promise<Omit<VariantOffer, 'missing'> & { project: string[] }> {
  const { layout, signal, userHome } = context;
  if (variant) {
    const project = readProject(currentFolder(context), userHome);
    const places = variantLayout(layout, variant.name);
    const offer = await probeVariant(variant, places, signal, project);
    return { ...offer, project: project.map(({ path }) => path) };
  }
  const target = { kind: bundle.kind, path: resolve(bundle.file) };
  const found = await probe({ target, env: {}, signal });
  return { ...found, losses: [], hidden: null, project: [] };
}
