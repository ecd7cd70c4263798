import type { Command } from 'commander';
import { CcMirrorError } from '../errors.ts';
import { withHome } from '../home/with-home.ts';
import { installVariant } from '../lifecycle/install.ts';
import { previewUpdate } from '../lifecycle/preview.ts';
import type { Wish } from '../lifecycle/wish.ts';
import { checkCommandFree } from '../variant/launcher-file.ts';
import { variantLayout } from '../variant/layout.ts';
import { checkName } from '../variant/name.ts';
import { rebuildRecord } from '../lifecycle/rebuild-record.ts';
import { madeEarlier, readVariant } from '../variant/read-variant.ts';
import type { VariantRecord } from '../variant/record.ts';
import type { CommandContext, CommandResult } from './cli/command.ts';
import { addVariantOptions } from './input/add-options.ts';
import { wishFrom } from './input/options.ts';
import { changesText, previewText } from './output/preview-text.ts';
import { variantResult } from './output/report.ts';

/** Options of quick and create that need an early look. */
export interface MakeOptions {
  name?: string;
  provider?: string;
  baseUrl?: string;
  apiKeyEnv?: string;
  apiKeyStdin?: boolean;
  apiKeyHelper?: string;
  skills?: string | boolean;
  dryRun?: boolean;
}

export function addMakeOptions(command: Command): Command {
  command
    .argument('[name]', 'Name of the variant and its command')
    .option('--provider <id>', 'Use this provider; see cc-mirror providers list')
    .option('--name <name>', 'Name of the variant, instead of the argument')
    .option('--dry-run', 'Print what would be created; change nothing');
  return addVariantOptions(command);
}

/** The name, from the argument or --name. Error: `usage` if they differ. */
export function nameGiven(argument: string | undefined, { name }: MakeOptions): string | undefined {
  if (name === undefined || argument === undefined || name === argument) return name ?? argument;
  throw new CcMirrorError(
    'usage',
    `Two names were given: ${argument} and ${name}.`,
    'Give one of the two.',
  );
}

/** Creates a variant; with --force, recreates an existing one and keeps its configuration. */
export async function makeVariant(
  name: string,
  provider: string,
  options: { dryRun?: boolean },
  context: CommandContext,
  key?: string,
): Promise<CommandResult> {
  const given = await wishFrom(name, options, context);
  checkName(name);
  const wish = { ...given, provider, key: given.key ?? key };
  if (options.dryRun) return dryRun(wish, context);
  const intent = { command: 'quick', name };
  const record = await withHome(context, intent, async (change) => {
    const current = await currentOf(name, wish.force, context);
    return installVariant(wish, current, context, change);
  });
  return variantResult(record, context);
}

async function dryRun(wish: Wish, context: CommandContext): Promise<CommandResult> {
  const current = await currentOf(wish.name, wish.force, context);
  const preview = await previewUpdate(wish, current, context);
  const lines = [
    `${wish.name}: ${previewText(preview, [])}`,
    ...changesText(preview.changes, 'Files:'),
    'Nothing was changed.',
  ];
  return { data: { dryRun: true, ...preview }, text: lines.join('\n') };
}

/**
 * Checks a name before anything else is known. Errors: `invalid-name`; `name-taken` for that of a
 * variant, or of another command on PATH.
 */
export function checkNameFree(
  name: string,
  force: boolean,
  { layout, environment }: Pick<CommandContext, 'layout' | 'environment'>,
): void {
  checkName(name);
  const state = readVariant(layout, name);
  if (!(force && isBroken(state))) refuseTaken(name, state, force);
  if (force) return;
  checkCommandFree(name, variantLayout(layout, name).launcher, environment['PATH'] ?? '');
}

/** The variant to recreate, or null. Error: `name-taken`. */
async function currentOf(
  name: string,
  force: boolean,
  { layout }: Pick<CommandContext, 'layout'>,
): Promise<VariantRecord | null> {
  const state = readVariant(layout, name);
  if (force && isBroken(state)) {
    const rebuilt = await rebuildRecord(layout, name);
    if (rebuilt !== null) return rebuilt.record;
  }
  refuseTaken(name, state, force);
  return state.kind === 'variant' ? state.record : null;
}

type State = ReturnType<typeof readVariant>;

function isBroken(state: State): boolean {
  return state.kind === 'foreign' && state.broken;
}

/** Error: `name-taken`, unless nothing has the name, or with `force` a variant. */
function refuseTaken(name: string, state: State, force: boolean): void {
  switch (state.kind) {
    case 'none':
      return;
    case 'foreign':
      throw new CcMirrorError(
        'name-taken',
        `${state.folder} exists and is not a variant of this cc-mirror: ${state.why}.`,
        state.broken
          ? `Repair it: cc-mirror doctor ${name} --fix; or recreate it with --force, which keeps its configuration.`
          : 'Choose another name, or move that folder away.',
      );
    case 'earlier':
      throw madeEarlier(name, 'name-taken');
    case 'variant':
      if (force) return;
      throw new CcMirrorError(
        'name-taken',
        `The variant ${name} already exists.`,
        `Update it with: cc-mirror update ${name}; or recreate it with --force, which keeps its configuration.`,
      );
  }
}
