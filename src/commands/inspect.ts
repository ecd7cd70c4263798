import { z } from 'zod';
import { analyze } from '../gates/analyze.ts';
import { type Analysis, type CapabilityName, capabilityNames } from '../gates/types.ts';
import { type Choice, chooseCapability } from '../variant/choose.ts';
import type { Declare } from './command.ts';
import { flipSchema, parseOptions } from './options.ts';
import { openTarget } from './target.ts';

const schema = z.object({
  flip: flipSchema.default('auto'),
  platform: z.string().optional(),
});

export const declare: Declare = (command, run) => {
  command
    .argument('<target>', 'a variant, a path or a version')
    .option('--flip <when>', 'plan for editing the bundle: auto, always or never')
    .option('--platform <platform>', 'the build for another machine, e.g. darwin-arm64')
    .action((text: string, options: object) =>
      run(async (context) => {
        const { flip, platform } = parseOptions(schema, options);
        const { bundle } = await openTarget(text, context, platform);
        context.progress.step('Understanding its gates');
        const analysis = analyze(bundle.modules);
        const { kind, version } = bundle;
        const planned = capabilityNames.map((name): [CapabilityName, Choice] => [
          name,
          chooseCapability(name, analysis[name], { kind, mode: flip, wanted: true }),
        ]);
        const head = `Claude Code ${version}, ${kind === 'js' ? 'JavaScript' : bundle.platform}, ${bundle.modules.length} ${bundle.modules.length === 1 ? 'module' : 'modules'}`;
        return {
          data: {
            kind,
            version,
            platform: bundle.platform,
            modules: bundle.modules.length,
            capabilities: Object.fromEntries(
              planned.map(([name, plan]) => [name, capabilityData(analysis[name], plan)]),
            ),
          },
          text: [
            head,
            ...planned.map(([name, plan]) => capabilityText(name, analysis[name], plan)),
          ].join('\n'),
        };
      }),
    );
};

function capabilityData(
  { verdict, reason, env }: Analysis[CapabilityName],
  { by, edit }: Choice,
): object {
  return { verdict, reason, env: env ?? {}, by, edits: edit ? [edit] : [] };
}

function capabilityText(
  name: CapabilityName,
  { verdict, reason }: Analysis[CapabilityName],
  plan: Choice,
): string {
  const lines = [`${name}: ${verdict}`, `  why   ${reason}`];
  for (const [variable, value] of Object.entries(plan.env))
    lines.push(`  plan  set ${variable}=${value}`);
  if (plan.edit) {
    const { module, start, end, before, after } = plan.edit;
    lines.push(
      `  plan  edit ${module}, bytes ${start} to ${end}:`,
      `        ${before}`,
      `        ${after.trimEnd()}`,
    );
  }
  if (plan.state !== 'on') lines.push(`  plan  none; it stays ${plan.state}`);
  return lines.join('\n');
}
