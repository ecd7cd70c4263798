import { join } from 'node:path';
import { keyScript } from './run-scripts.ts';
import { keyScriptName } from '../../plan/key-plan.ts';
import { keyFileMode, keyFileText } from '../../provider/key-file.ts';
import { keyProgram, keyringFileNames } from '../../provider/keyring-names.ts';
import type { Changes } from '../../transaction/changes.ts';
import type { VariantLayout } from '../../variant/layout.ts';
import type { Plan } from '../../plan/plan.ts';
import { entryFor } from './keep-key.ts';
import type { HeadersPlan } from '../../plan/headers-plan.ts';

/**
 * Has a key written that is kept in a file, and the program that reads one from the keyring; what
 * has no use any more goes.
 */
export async function placeKey(
  plan: Plan,
  { secrets, keyring, folder }: Omit<VariantLayout, 'launcher'>,
  native: string | null,
  changes: Changes,
): Promise<void> {
  const { record, value } = plan.key;
  if (record?.store !== 'file') changes.remove(secrets, folder);
  else if (value !== null) changes.write(secrets, keyFileText(value), keyFileMode);
  if (record?.store !== 'keyring') {
    for (const name of [...keyringFileNames, keyScriptName(plan.platform)]) {
      changes.remove(join(keyring, name), folder);
    }
    return;
  }
  const script = keyScript(plan.name, plan.platform, {
    folder: plan.layout.keyring,
    program: keyProgram,
    node: plan.node,
    native,
  });
  changes.write(join(keyring, keyScriptName(plan.platform)), script);
  const { keyringProgram } = await import('../../provider/keyring-program.ts');
  for (const { name, content, mode } of await keyringProgram(plan.name, entryFor(plan))) {
    changes.write(join(keyring, name), content, mode);
  }
}

/** Has the file of headers written; one that has no use any more goes. */
export function placeHeaders(
  { kept }: HeadersPlan,
  { headers: path, folder }: Pick<VariantLayout, 'headers' | 'folder'>,
  changes: Changes,
): void {
  const lines = kept.map(({ name, value }) => `${name}: ${value}\n`);
  if (lines.length === 0) changes.remove(path, folder);
  else changes.write(path, lines.join(''), keyFileMode);
}
