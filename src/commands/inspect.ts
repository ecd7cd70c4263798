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
    .action((text: string, given: object) =>
      run(async (context) => {
        const options = parseOptions(schema, given);
        const { bundle } = await openTarget(text, context, options.platform);
        context.progress.step('Analyzing gates');
        const analysis = analyze(bundle.modules);
        const { kind, version, platform, modules } = bundle;
        const choices = { kind, mode: options.flip, wanted: true };
        const width = process.stdout.columns || DEFAULT_COLUMNS;
        const texts = [bundleLine(bundle)];
        const capabilities: Record<string, object> = {};
        for (const name of capabilityNames) {
          const found = analysis[name];
          const { chains, flip } = found;
          const plan = chooseCapability(name, found, choices);
          const edit = flip?.edit ?? null;
          capabilities[name] = { ...gateData(found, plan), flip: edit, chain: chains() };
          texts.push(gateText(name, found, plan, width));
        }
        return {
          data: { kind, version, platform, modules: modules.length, capabilities },
          text: texts.join('\n'),
        };
      }),
    );
};
