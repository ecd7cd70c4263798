import { CcMirrorError, type Failure, describeFailure } from '../errors.ts';
import { type Wish, changeHome, installVariant } from '../variant/install.ts';
import { type VariantRecord, listVariants, requireVariant } from '../variant/record.ts';
import type { Progress } from '../ui/progress.ts';
import { table } from '../ui/table.ts';
import { checkName } from '../variant/name.ts';
import type { CommandContext, CommandResult, Declare } from './command.ts';
import { addVariantOptions, wishFrom } from './options.ts';
import { noVariants, variantData, variantText } from './report.ts';

export const declare: Declare = (command, run) => {
  addVariantOptions(command.argument('[names...]', 'the variants; all without a name')).action(
    (names: string[], options: object) => run((context) => updateVariants(names, options, context)),
  );
};

/** Updates the variants named, or all; one that fails does not stop the others. */
async function updateVariants(
  given: readonly string[],
  options: object,
  context: CommandContext,
): Promise<CommandResult> {
  for (const name of given) checkName(name);
  const all = given.length === 0;
  const names = all
    ? (await listVariants(context.layout)).map(({ name }) => name)
    : [...new Set(given)];
  const wish = await wishFrom('', options, context);
  refuseForAll(wish, names);
  if (names.length === 0) return { data: { variants: [] }, text: noVariants };

  const [only] = names;
  if (names.length === 1 && only !== undefined) {
    const { before, record } = await updateOne({ ...wish, name: only }, context);
    const text = `${only}: ${change(before, record)}.\n${variantText(record, context)}`;
    return { data: { variants: [variantData(record)] }, text };
  }

  const data: object[] = [];
  const lines: string[][] = [];
  const failures: { name: string; failure: Failure }[] = [];
  for (const name of names) {
    const around = { ...context, progress: named(name, context.progress) };
    try {
      const { before, record } = await updateOne({ ...wish, name }, around);
      const { tasks, teams } = record.capabilities;
      data.push(variantData(record));
      lines.push([name, change(before, record), `tasks ${tasks.state}`, `teams ${teams.state}`]);
    } catch (error) {
      const thrown: unknown = context.signal.aborted ? context.signal.reason : error;
      failures.push({ name, failure: describeFailure(thrown) });
      if (context.signal.aborted) break;
    }
  }
  const texts = failures.map(({ name, failure }) => `${name}: not updated: ${failure.message}`);
  return {
    data: { variants: data },
    text: [table(lines), ...texts].filter((text) => text !== '').join('\n'),
    ...(failures.length > 0 && { error: failureOf(failures, names.length, data.length) }),
  };
}

async function updateOne(
  wish: Wish,
  context: CommandContext,
): Promise<{ before: string; record: VariantRecord }> {
  return changeHome(context, async () => {
    const current = await requireVariant(context.layout, wish.name);
    return { before: current.claudeVersion, record: await installVariant(wish, current, context) };
  });
}

/** A key, an address or a model belongs to one provider: it is not given to several variants. */
function refuseForAll(
  { key, baseUrl, models = {}, env = {} }: Wish,
  names: readonly string[],
): void {
  const given = {
    '--api-key-…': key,
    '--base-url': baseUrl,
    '--model…': Object.keys(models)[0],
    '--env': Object.keys(env)[0],
  };
  const [option] = Object.entries(given).find(([, value]) => value !== undefined) ?? [];
  if (option === undefined || names.length <= 1) return;
  throw new CcMirrorError(
    'usage',
    `${option} is for one variant, and this would update ${names.length}: ${names.join(', ')}.`,
    'Name the one that is meant: cc-mirror update NAME …',
  );
}

function failureOf(
  failures: readonly { name: string; failure: Failure }[],
  all: number,
  done: number,
): CcMirrorError {
  const interrupted = failures.find(({ failure }) => failure.code === 'interrupted');
  if (interrupted) {
    const message = `Interrupted at ${interrupted.name}, which was not changed; ${done} of ${all} variants were updated.`;
    return new CcMirrorError('interrupted', message);
  }
  const told = failures.map(({ name, failure }) => `${name}: ${failure.message}`).join(' ');
  const { code, hint } = failures[0]?.failure ?? { code: 'bug', hint: undefined };
  return new CcMirrorError(
    code,
    `${failures.length} of ${all} variants were not updated. ${told}`,
    hint,
  );
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
