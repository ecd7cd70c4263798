import { resolve } from 'node:path';
import { analyze } from '../gates/analyze.ts';
import { type Analysis, type CapabilityName, capabilityNames } from '../gates/types.ts';
import { table } from '../ui/table.ts';
import { type Choice, chooseCapability, refuseMissing } from '../plan/choose-capability.ts';
import { type Standalone, buildStandalone, checkOut } from '../lifecycle/build-standalone.ts';
import * as z from '../zod.ts';
import type { Declare } from './cli/command.ts';
import { bundleLine, gateData } from './output/gates-view.ts';
import { addCapabilityOptions } from './input/add-options.ts';
import { flipSchema, parseOptions } from './input/options.ts';
import { capabilityText } from './output/report.ts';
import { sessionText } from '../lifecycle/prove/probe-variant.ts';
import { openTarget } from './input/named-bundle.ts';

const schema = z.object({
  out: z
    .string({ error: 'name the file to write, for example --out ./claude-edited' })
    .check(z.minLength(1, { error: 'it is empty' })),
  platform: z.optional(z.string()),
  tasks: z.optional(z.boolean()),
  teams: z.optional(z.boolean()),
  flip: z._default(flipSchema, 'always'),
  probe: z.boolean(),
  force: z._default(z.boolean(), false),
});

export const declare: Declare = (command, run) => {
  addCapabilityOptions(
    command
      .argument('<target>', 'A path or a version')
      .option('--out <file>', 'Write the program here; for a JavaScript build, its package folder')
      .option('--platform <platform>', 'Use the build for another platform, such as darwin-arm64'),
  )
    .option('--no-probe', 'Do not run the result')
    .option('--force', 'Replace an existing file or folder')
    .action((target: string, given: object) =>
      run(async (context) => {
        const options = parseOptions(schema, given);
        const { flip: mode, force, probe: prove } = options;
        const out = resolve(options.out);
        checkOut(out, force);
        const { bundle } = await openTarget(target, context, options.platform);
        const { kind, version, platform } = bundle;
        context.progress.step('Analyzing gates');
        const analysis = analyze(bundle.modules);
        const plan = (name: CapabilityName): Choice => {
          const wanted = options[name] ?? true;
          const choice = chooseCapability(name, analysis[name], { kind, mode, wanted });
          refuseMissing(name, choice, { demanded: options[name] === true, version, target });
          return choice;
        };
        const planned = { tasks: plan('tasks'), teams: plan('teams') };
        const { signal, progress } = context;
        const choices = { out, force, prove, signal, progress };
        const built = await buildStandalone(bundle, planned, choices);
        const edited = built.sha256.before !== built.sha256.after;
        const [system] = platform.split('-');
        const signature = edited && system === 'darwin' ? 'ad-hoc' : null;
        return {
          data: {
            kind,
            version,
            platform,
            ...built,
            signature,
            capabilities: gatesData(analysis, planned),
          },
          text: [
            bundleLine(bundle),
            table([
              ...capabilityNames.map((name) => [
                `  ${name}`,
                outcome(planned[name], built.probe?.states[name] === 'deferred'),
              ]),
              ...(edited ? signatureRows(system) : []),
              ['  proof', proofText(built, prove)],
              ['  sha256', built.sha256.after],
              ['  file', built.file],
            ]),
          ].join('\n'),
        };
      }),
    );
};

/** As for a variant, except that there is no launcher to set variables. */
function outcome(choice: Choice, deferred: boolean): string {
  const full = deferred ? '; deferred unless you set ENABLE_TOOL_SEARCH=false' : '';
  if (choice.by === 'env') return `on if you start it with ${choice.means}${full}`;
  return (choice.by === 'stock' ? `on already: ${choice.reason}` : capabilityText(choice)) + full;
}

function gatesData(analysis: Analysis, planned: Record<CapabilityName, Choice>): object {
  return Object.fromEntries(
    capabilityNames.map((name) => [name, gateData(analysis[name], planned[name])]),
  );
}

/** What happens to the vendor's signature, on platforms that have one. */
function signatureRows(system: string | undefined): string[][] {
  if (system === 'darwin') return [['  signed', "ad-hoc, in place of the vendor's signature"]];
  return system === 'win32'
    ? [['  signed', "no: the edit invalidates the vendor's signature"]]
    : [];
}

function proofText({ probe }: Standalone, wanted: boolean): string {
  if (probe) return sessionText(probe);
  return wanted ? 'not run: built for another platform' : 'not run (--no-probe)';
}
