import { join, resolve } from 'node:path';
import { probe } from '../probe/run.ts';
import { table } from '../ui/table.ts';
import type { Declare } from './command.ts';
import { folderThere, openTarget } from './target.ts';

export const declare: Declare = (command, run) => {
  command.argument('<target>', 'a variant, a path or a version').action((text: string) =>
    run(async (context) => {
      const { bundle, variant } = await openTarget(text, context);
      context.progress.step('Running one session against a local stand-in for the API');
      const { report } = await probe({
        target: { kind: bundle.kind, path: resolve(bundle.file) },
        env: variant?.env ?? {},
        skills: await folderThere(variant && join(variant.configDir, 'skills')),
        agents: await folderThere(variant && join(variant.configDir, 'agents')),
        signal: context.signal,
      });
      const rows = [
        ['  version', report.claudeVersion ?? 'not told'],
        ['  tasks', report.tasks ? 'on' : 'off'],
        ['  teams', report.teams ? 'on' : 'off'],
        ['  tools', report.tools.join(', ')],
        ['  agents', report.agents.join(', ') || 'none'],
        ['  skills', report.skills.join(', ') || 'none'],
        ['  model', report.model],
        ['  time', `${(report.ms / 1000).toFixed(1)} s`],
      ];
      return { data: report, text: `${text} offers:\n${table(rows)}` };
    }),
  );
};
