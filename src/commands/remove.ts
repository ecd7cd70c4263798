import { CcMirrorError } from '../errors.ts';
import { withHome } from '../home/with-home.ts';
import type { ChangedFile } from '../lifecycle/place/changed-files.ts';
import { type RemovalPlan, planRemoval, removeVariant } from '../lifecycle/remove.ts';
import { requireVariant } from '../variant/read-variant.ts';
import { variantLayout } from '../variant/layout.ts';
import { runningSessions } from '../variant/running.ts';
import type { CommandContext, CommandResult, Declare } from './cli/command.ts';
import { answer, cancelled } from './input/answer.ts';
import { changesText } from './output/preview-text.ts';

export const declare: Declare = (command, run) => {
  command
    .argument('<name>', 'The variant')
    .option('--force', 'Remove it even while a session is running')
    .option('--dry-run', 'Print what would be removed; change nothing')
    .action((name: string, { force = false, dryRun }: { force?: boolean; dryRun?: boolean }) =>
      run(async (context) => {
        const { layout } = context;
        if (dryRun) return preview(planRemoval(layout, name));
        const { configDir, launcher } = requireVariant(layout, name);
        if (!force) await refuseRunning(name, context);
        if (!context.yes) await confirmed(name, configDir, context);
        const removal = await withHome(context, { command: 'remove', name }, (change) =>
          removeVariant(layout, name, change),
        );
        const beside = removal.launcher
          ? ` and ${launcher}`
          : `; it had no launcher at ${launcher}`;
        const { note, ...data } = removal;
        const lines = [`Removed ${removal.folder}${beside}.`, ...(note === null ? [] : [note])];
        return { data: { ...data, notes: lines.slice(1) }, text: lines.join('\n') };
      }),
    );
};

function preview({ record, folder, launchers, entries }: RemovalPlan): CommandResult {
  const paths = [folder, ...launchers];
  const changes = paths.map((path): ChangedFile => ({ path, change: 'remove' }));
  const lines = [
    ...changesText(changes, `${record.name}:`),
    ...entries.map((entry) => `  remove  ${entry} from the keyring`),
    'Nothing was changed.',
  ];
  const data = { dryRun: true, name: record.name, changes, keyringEntries: entries };
  return { data, text: lines.join('\n') };
}

/** Error: `busy` while a session of the variant runs. */
async function refuseRunning(name: string, { layout, progress }: CommandContext): Promise<void> {
  const sessions = await runningSessions(variantLayout(layout, name));
  if (sessions === null) {
    progress.note(`cannot tell on this system whether a session of ${name} is running`);
    return;
  }
  if (sessions.length === 0) return;
  const which = `${sessions.length === 1 ? 'process' : 'processes'} ${sessions.join(', ')}`;
  throw new CcMirrorError(
    'busy',
    `${name} is in use: ${which}.`,
    `End its sessions first, or remove it anyway: cc-mirror remove ${name} --force`,
  );
}

/** Asks for confirmation. Errors: `usage` without a terminal; `interrupted`. */
async function confirmed(
  name: string,
  configDir: string,
  { interactive }: CommandContext,
): Promise<void> {
  if (!interactive) {
    throw new CcMirrorError(
      'usage',
      `Removing ${name} also removes its login and history, and needs a terminal to confirm.`,
      `To remove it without asking: cc-mirror remove ${name} --yes`,
    );
  }
  const { confirm } = await import('@clack/prompts');
  const message = `Remove ${name} with its configuration, login and history in ${configDir}?`;
  const question = confirm({ message, initialValue: false, output: process.stderr });
  if (!(await answer(question))) throw cancelled();
}
