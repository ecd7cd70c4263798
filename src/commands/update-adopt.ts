import { changesText } from './output/preview-text.ts';
import { CcMirrorError } from '../errors.ts';
import { adoptVariant, previewAdoption } from '../lifecycle/adopt.ts';
import { withHome } from '../home/with-home.ts';
import type { Wish } from '../lifecycle/wish.ts';
import type { CommandContext, CommandResult } from './cli/command.ts';
import { variantResult } from './output/report.ts';

/** `update NAME --adopt`: adopts a variant of an earlier cc-mirror. */
export async function adopt(
  names: readonly string[],
  wish: Wish,
  { dryRun = false }: { dryRun?: boolean },
  context: CommandContext,
): Promise<CommandResult> {
  const [name, ...others] = names;
  if (name === undefined || others.length > 0) {
    throw new CcMirrorError(
      'usage',
      '--adopt needs the name of one variant.',
      'List variants of an earlier cc-mirror with: cc-mirror list; then: cc-mirror update NAME --adopt',
    );
  }
  const whole = { ...wish, name };
  if (dryRun) return foreseen(whole, context);
  const { from, record, adoption } = await withHome(
    context,
    { command: 'update', name },
    (change) => adoptVariant(whole, context, change),
  );
  const heading = `${name}: adopted; ${from} → ${record.claudeVersion}.`;
  const { data, text } = await variantResult(record, context, heading);
  return { data: { variants: [data], adoption }, text };
}

async function foreseen(wish: Wish, context: CommandContext): Promise<CommandResult> {
  const plan = await previewAdoption(wish, context);
  const { adoption, values, packs } = plan;
  const { chosen, key, takenOut, kept, launcher, left, notes } = adoption;
  const listed = (what: string, list: readonly string[]): string[] =>
    list.length > 0 ? [`  ${what}: ${list.join(', ')}`] : [];
  const lines = [
    `${plan.name}: ${plan.from} → ${plan.to}${plan.fetch ? ', which must be fetched' : ''}`,
    ...listed('provider', [chosen.provider]),
    ...listed('key', [key === null ? 'none' : `${key} of settings.json, to secrets`]),
    ...listed('removed from settings.json', [...takenOut.env, ...takenOut.settings]),
    ...listed('kept in settings.json', kept),
    ...listed(
      'launcher sets',
      (values ?? []).map((value) => `${value.name}=${value.to}`),
    ),
    ...listed('packs', packs.added),
    ...listed('launcher', [`${launcher.path} (${launcherStates[launcher.state]})`]),
    ...listed('kept for rollback', left),
    ...notes.map((note) => `  note: ${note}`),
    ...changesText(plan.changes, '  files:'),
    'Nothing was changed.',
  ];
  return { data: { dryRun: true, variants: [plan] }, text: lines.join('\n') };
}

const launcherStates = {
  theirs: 'replaced',
  none: 'created',
  foreign: 'another command; replaced only with --force',
} as const;
