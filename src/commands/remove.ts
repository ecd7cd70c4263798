import { CcMirrorError } from '../errors.ts';
import { changeHome } from '../variant/install.ts';
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
      const removal = await changeHome(context, () => removeVariant(layout, name));
      const beside = removal.launcher
        ? ` and ${launcher}`
        : `; there was no launcher of its own at ${launcher}`;
      return { data: removal, text: `Removed ${removal.folder}${beside}.` };
    }),
  );
};

async function confirmed(name: string, configDir: string): Promise<void> {
  const { confirm } = await import('@clack/prompts');
  const message = `Remove ${name} with its configuration, login and history in ${configDir}?`;
  const yes = await confirm({ message, initialValue: false, output: process.stderr });
  if (yes !== true) throw new CcMirrorError('interrupted', 'Cancelled; nothing was changed.');
}
