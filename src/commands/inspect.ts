import { analyze } from '../gates/analyze.ts';
import { capabilityNames } from '../gates/types.ts';
import { chooseCapability } from '../plan/choose-capability.ts';
import * as z from '../zod.ts';
import type { Declare } from './cli/command.ts';
import { bundleLine, gateData, gateText } from './output/gates-view.ts';
import { flipSchema, parseOptions } from './input/options.ts';
import { openTarget } from './input/named-bundle.ts';

const schema = z.object({
  flip: z._default(flipSchema, 'auto'),
  platform: z.optional(z.string()),
});

const DEFAULT_COLUMNS = 120;

export const declare: Declare = (command, run) => {
  command
    .argument('<target>', 'A variant, a path or a version')
    .option('--flip <when>', 'When to edit the build: auto, always or never')
    .option('--platform <platform>', 'Use the build for another platform, such as darwin-arm64')
    .action((text: string, options: object) =>
      run(async (context) => {
        const { flip: mode, platform } = parseOptions(schema, options);
        const { bundle } = await openTarget(text, context, platform);
        context.progress.step('Analyzing gates');
        const analysis = analyze(bundle.modules);
        const { kind, version, modules } = bundle;
        const planned = capabilityNames.map((name) => ({
          name,
          plan: chooseCapability(name, analysis[name], { kind, mode, wanted: true }),
        }));
        const capabilities = planned.map(({ name, plan }) => {
          const { chains, flip } = analysis[name];
          const chain = chains();
          return [name, { ...gateData(analysis[name], plan), flip: flip?.edit ?? null, chain }];
        });
        const width = process.stdout.columns || DEFAULT_COLUMNS;
        return {
          data: {
            kind,
            version,
            platform: bundle.platform,
            modules: modules.length,
            capabilities: Object.fromEntries(capabilities),
          },
          text: [
            bundleLine(bundle),
            ...planned.map(({ name, plan }) => gateText(name, analysis[name], plan, width)),
          ].join('\n'),
        };
      }),
    );
};
