import { CcMirrorError } from '../errors.ts';
import { removeVariant } from '../variant/remove.ts';
import { requireVariant } from '../variant/record.ts';
import { checkName } from '../variant/name.ts';
import type { Declare } from './command.ts';

export const declare: Declare = (command, run) => {
  command.argument('<name>', 'the variant').action((name: string) =>
    run(async ({ layout, interactive }) => {
      checkName(name);
      if (interactive) await confirmed(name, (await requireVariant(layout, name)).configDir);
      const removal = await removeVariant(layout, name);
      const launcher = removal.launcher
        ? ` and ${removal.launcher}`
        : '; its launcher was not ours any more and stays';
      return { data: removal, text: `Removed ${removal.folder}${launcher}.` };
    }),
  );
};

async function confirmed(name: string, configDir: string): Promise<void> {
  const { confirm } = await import('@clack/prompts');
  const message = `Remove ${name} with its configuration, login and history in ${configDir}?`;
  const yes = await confirm({ message, initialValue: false, output: process.stderr });
  if (yes !== true) throw new CcMirrorError('interrupted', 'Cancelled; nothing was changed.');
}
