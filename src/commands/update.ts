import { CcMirrorError, type Failure, describeFailure } from '../errors.ts';
import { capabilityNames } from '../gates/types.ts';
import { table } from '../ui/table.ts';
import { type Change, withHome } from '../home/with-home.ts';
import { type Preview, previewUpdate, sourcesToPreview } from '../lifecycle/preview.ts';
import { differences } from '../plan/choices/differences.ts';
import { installVariant } from '../lifecycle/install.ts';
import type { Wish } from '../lifecycle/wish.ts';
import { checkName } from '../variant/name.ts';
import { earlierVariants, listVariants, requireVariant } from '../variant/read-variant.ts';
import type { VariantRecord } from '../variant/record.ts';
import type { Progress } from '../ui/progress.ts';
import type { CommandContext, CommandResult, Declare } from './cli/command.ts';
import { keptBefore, keptChanges } from './output/key-change.ts';
import { addVariantOptions } from './input/add-options.ts';
import { wishFrom } from './input/options.ts';
import { noVariants, variantData, variantResult, lacking } from './output/report.ts';
import { changesText, differenceText, previewText, saysMore } from './output/preview-text.ts';
import { adopt } from './update-adopt.ts';

interface UpdateOptions {
  dryRun?: boolean;
  adopt?: boolean;
  provider?: string;
}

export const declare: Declare = (command, run) => {
  command
    .argument('[names...]', 'Variants to update (default: all)')
    .option('--dry-run', 'Print what would be done; change nothing')
    .option('--adopt', 'Adopt a variant of an earlier cc-mirror')
    .option('--provider <id>', 'Change to this provider; with --adopt: if it cannot be detected');
  addVariantOptions(command).action((names: string[], options: UpdateOptions) =>
    run((context) => updateVariants(names, options, context)),
  );
};

/** Updates the named variants, or all. A failure does not stop the others. */
async function updateVariants(
  given: readonly string[],
  { provider, ...options }: UpdateOptions,
  context: CommandContext,
): Promise<CommandResult> {
  const asked = { ...(await wishFrom('', options, context)), provider };
  if (options.adopt) return adopt([...new Set(given)], asked, options, context);
  const wish = { ...asked, inPlace: true };
  for (const name of given) checkName(name);
  if (given.length === 0) noteEarlier(context);
  const names =
    given.length === 0 ? listVariants(context.layout).map(({ name }) => name) : [...new Set(given)];
  refuseForAll(wish, names);
  if (names.length === 0) return { data: { variants: [] }, text: noVariants };
  if (options.dryRun) return dryRun(wish, names, context);
  const intent = { command: 'update', name: names.join(' ') };
  return withHome(context, intent, async (change) => {
    const [only] = names;
    if (names.length > 1 || only === undefined) return updateMany(wish, names, context, change);
    const update = await updateOne({ ...wish, name: only }, context, change);
    const heading = `${only}: ${told(update)}.`;
    const { text } = await variantResult(update.record, context, heading);
    return { data: { variants: [await dataOf(update, context)] }, text };
  });
}

function noteEarlier({ layout, progress }: CommandContext): void {
  const names = earlierVariants(layout).map(({ name }) => name);
  if (names.length === 0) return;
  progress.note(
    `skipped variants of an earlier cc-mirror: ${names.join(', ')}; adopt one: cc-mirror update NAME --adopt`,
  );
}

async function updateMany(
  wish: Wish,
  names: readonly string[],
  context: CommandContext,
  change: Change,
): Promise<CommandResult> {
  const data: object[] = [];
  const lines: string[][] = [];
  const texts: string[] = [];
  const failures: { name: string; failure: Failure }[] = [];
  for (const name of names) {
    const around = { ...context, progress: named(name, context.progress) };
    try {
      const update = await updateOne({ ...wish, name }, around, change);
      const { tasks, teams } = update.record.capabilities;
      const { notes } = update.record;
      for (const note of notes.filter((note) => !update.before.notes.includes(note))) {
        around.progress.note(note);
      }
      data.push(await dataOf(update, context));
      lines.push([name, told(update), `tasks ${tasks.state}`, `teams ${teams.state}`]);
      texts.push(...lacking(update.record).map(({ text }) => `${name}: ${text}`));
    } catch (error) {
      const thrown: unknown = context.signal.aborted ? context.signal.reason : error;
      failures.push({ name, failure: describeFailure(thrown) });
      if (context.signal.aborted) break;
    }
  }
  texts.push(...failures.map(({ name, failure }) => `${name}: not updated: ${failure.message}`));
  return {
    data: { variants: data },
    text: [table(lines), ...texts].filter((text) => text !== '').join('\n'),
    ...(failures.length > 0 && { error: failureOf(failures, names.length, data.length) }),
  };
}

interface Update {
  before: VariantRecord;
  kept: string[];
  record: VariantRecord;
}

async function updateOne(wish: Wish, context: CommandContext, change: Change): Promise<Update> {
  const before = requireVariant(context.layout, wish.name);
  const intent = { command: 'update', name: wish.name };
  const kept = await keptBefore(before, context.layout);
  const record = await installVariant(wish, before, context, { ...change, intent });
  const after = { key: record.key, headers: Object.keys(record.choices.headers) };
  return { before, kept: keptChanges(wish, kept, after), record };
}

async function dataOf({ before, record }: Update, context: CommandContext): Promise<object> {
  return { ...(await variantData(record, context)), changes: differences(before, record) };
}

/** Refuses options for several variants that belong to one provider. Error: `usage`. */
function refuseForAll(wish: Wish, names: readonly string[]): void {
  const given = {
    '--api-key-…': wish.key ?? wish.keyHelper,
    '--key-store': wish.keyStore,
    '--region': wish.region,
    '--plan': wish.plan,
    '--base-url': wish.baseUrl,
    '--model…': Object.keys(wish.models ?? {})[0],
    '--env': Object.keys(wish.env ?? {})[0],
    '--unset-env': wish.unsetEnv?.[0],
    '--provider': wish.provider,
    '--default': wish.defaults?.[0],
    '--header': wish.headers?.[0],
    '--unset-header': wish.unsetHeaders?.[0],
    '--keep-env': wish.keepEnv,
  };
  const [option] = Object.entries(given).find(([, value]) => value !== undefined) ?? [];
  if (option === undefined || names.length <= 1) return;
  throw new CcMirrorError(
    'usage',
    `${option} is for one variant, but this updates ${names.length}: ${names.join(', ')}.`,
    'Name one variant: cc-mirror update NAME …',
  );
}

function failureOf(
  failures: readonly { name: string; failure: Failure }[],
  all: number,
  done: number,
): CcMirrorError {
  const interrupted = failures.find(({ failure }) => failure.code === 'interrupted');
  if (interrupted) {
    const message = `Interrupted at ${interrupted.name}, which did not change; ${done} of ${all} variants were updated.`;
    return new CcMirrorError('interrupted', message);
  }
  const text = failures.map(({ name, failure }) => `${name}: ${failure.message}`).join(' ');
  const { code, hint } = failures[0]?.failure ?? { code: 'bug', hint: undefined };
  return new CcMirrorError(
    code,
    `${failures.length} of ${all} variants were not updated. ${text}`,
    hint,
  );
}

/** What an update changed, and which wanted tools are missing or deferred. */
function told({ before, kept, record }: Update): string {
  const { claudeVersion: from } = before;
  const { claudeVersion: to } = record;
  const values = differences(before, record).filter(saysMore).map(differenceText);
  const rebuilt = from === to && before.bundle.path !== record.bundle.path ? ['rebuilt'] : [];
  const moved = capabilityNames.flatMap((name) => {
    const [was, is] = [before.capabilities[name].state, record.capabilities[name].state];
    return was === is ? [] : [`${name} ${was} → ${is}`];
  });
  const version = from === to ? [] : [`${from} → ${to}`];
  const changes = [...version, ...rebuilt, ...values, ...kept, ...moved];
  const lacks = lacking(record)
    .filter(({ name, state }) => state === before.capabilities[name].state)
    .map(({ name, state }) => `${name} ${state}`);
  return [
    ...(changes.length > 0 ? changes : [`up to date with ${to}`]),
    ...lacks,
    ...(record.probe === null ? ['not proved'] : []),
  ].join(', ');
}

async function dryRun(
  wish: Wish,
  names: readonly string[],
  context: CommandContext,
): Promise<CommandResult> {
  const sources = sourcesToPreview(context);
  const previews: Preview[] = [];
  const rows: string[][] = [];
  for (const name of names) {
    const current = requireVariant(context.layout, name);
    const one = await previewUpdate({ ...wish, name }, current, context, sources);
    previews.push(one);
    const kept = keptChanges(wish, await keptBefore(current, context.layout), one);
    rows.push([name, previewText(one, kept)]);
  }
  const files = previews.flatMap(({ name, changes }) => changesText(changes, `${name}:`));
  return {
    data: { dryRun: true, variants: previews },
    text: [table(rows), ...files, 'Nothing was changed.'].join('\n'),
  };
}

function named(name: string, progress: Progress): Progress {
  return {
    ...progress,
    step: (text) => progress.step(`${name}: ${text}`),
    note: (text) => progress.note(`${name}: ${text}`),
  };
}
