import { CcMirrorError, describeFailure } from '../errors.ts';
import { installVariant } from '../variant/install.ts';
import { type VariantRecord, listVariants, requireVariant } from '../variant/record.ts';
import type { Progress } from '../ui/progress.ts';
import { table } from '../ui/table.ts';
import { checkName } from '../variant/name.ts';
import type { CommandContext, CommandResult, Declare } from './command.ts';
import { addVariantOptions, wishFrom } from './options.ts';
import { variantData, variantText } from './report.ts';

export const declare: Declare = (command, run) => {
  addVariantOptions(command.argument('[names...]', 'the variants; all without a name')).action(
    (names: string[], options: object) => run((context) => updateVariants(names, options, context)),
  );
};

/** Updates the variants named, or all; one that fails does not stop the others. */
async function updateVariants(
  names: readonly string[],
  options: object,
  context: CommandContext,
): Promise<CommandResult> {
  for (const name of names) checkName(name);
  const records =
    names.length > 0
      ? await Promise.all([...new Set(names)].map((name) => requireVariant(context.layout, name)))
      : await listVariants(context.layout);
  if (records.length === 0) {
    return {
      data: { variants: [] },
      text: 'There are no variants yet. Make one: cc-mirror quick --provider mirror --name mclaude',
    };
  }
  const data: object[] = [];
  const lines: string[][] = [];
  const failures: { name: string; error: unknown }[] = [];
  const wish = await wishFrom('', options, context);
  for (const record of records) {
    const { name, claudeVersion } = record;
    try {
      const around =
        records.length > 1 ? { ...context, progress: named(name, context.progress) } : context;
      const updated = await installVariant({ ...wish, name }, record, around);
      data.push(variantData(updated));
      if (records.length === 1) {
        return {
          data: { variants: data },
          text: `${name}: ${change(claudeVersion, updated)}.\n${variantText(updated, context)}`,
        };
      }
      lines.push([
        name,
        change(claudeVersion, updated),
        `tasks ${updated.capabilities.tasks.state}`,
        `teams ${updated.capabilities.teams.state}`,
      ]);
    } catch (error) {
      if (records.length === 1 || context.signal.aborted) throw error;
      failures.push({ name, error });
      lines.push([name, `not updated: ${describeFailure(error).message}`]);
    }
  }
  const result = { data: { variants: data }, text: table(lines) };
  const [first] = failures;
  if (!first) return result;
  const { code, hint } = describeFailure(first.error);
  const listed = failures
    .map(({ name, error }) => `${name}: ${describeFailure(error).message}`)
    .join(' ');
  return {
    ...result,
    error: new CcMirrorError(
      code,
      `${failures.length} of ${records.length} variants were not updated. ${listed}`,
      hint,
    ),
  };
}

function change(before: string, { claudeVersion }: VariantRecord): string {
  return before === claudeVersion ? `up to date with ${before}` : `${before} → ${claudeVersion}`;
}

/** Progress that says which of several variants it is about. */
function named(name: string, progress: Progress): Progress {
  return {
    step: (text) => progress.step(`${name}: ${text}`),
    bytes: (done, total) => progress.bytes(done, total),
  };
}
