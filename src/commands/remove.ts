import { CcMirrorError } from '../errors.ts';
import { changeHome } from '../variant/change-home.ts';
import { removeVariant } from '../variant/remove.ts';
import { requireVariant } from '../variant/record.ts';
import { checkName } from '../variant/name.ts';
import type { Declare } from './command.ts';

export const declare: Declare = (command, run) => {
  command.argument('<name>', 'the variant').action((name: string) =>
    run(async (context) => {
      const { layout, interactive } = context;
      checkName(name);
      const { configDir, launcher } = await requireVariant(layout, name);
      if (interactive) await confirmed(name, configDir);
      const removal = await changeHome(context, { command: 'remove', name }, (change) =>
        removeVariant(layout, name, change),
      );
      const beside = removal.launcher
        ? ` and ${launcher}`
        : `; there was no launcher of its own at ${launcher}`;
      const { note, ...data } = removal;
      const lines = [`Removed ${removal.folder}${beside}.`, ...(note === null ? [] : [note])];
      return { data: { ...data, notes: lines.slice(1) }, text: lines.join('\n') };
    }),
  );
};

async function confirmed(name: string, configDir: string): Promise<void> {
  const { confirm } = await import('@clack/prompts');
  const message = `Remove ${name} with its configuration, login and history in ${configDir}?`;
  const yes = await confirm({ message, initialValue: false, output: process.stderr });
  if (yes !== true) throw new CcMirrorError('interrupted', 'Cancelled; nothing was changed.');
}
