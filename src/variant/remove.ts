import { rename, rm } from 'node:fs/promises';
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { inspectCommand } from './command.ts';
import { type Layout, variantLayout } from './layout.ts';
import { checkName } from './name.ts';
import { requireVariant } from './record.ts';

export interface Removal {
  name: string;
  /** The variant's folder, with its configuration and history. */
  folder: string;
  /** The launcher that was removed; null where none of ours was there. */
  launcher: string | null;
}

/**
 * Removes a variant: its launcher, where that is ours, and its folder. Nothing else is touched.
 * Errors: `invalid-name`, `no-such-variant`, `invalid-record`.
 */
export async function removeVariant(layout: Layout, name: string): Promise<Removal> {
  checkName(name);
  const record = await requireVariant(layout, name);
  const { folder } = variantLayout(layout, name);
  const command = await inspectCommand(record.launcher);
  const ours = command.kind === 'ours' && command.variant === name;
  // Out of sight at once; what is slow to delete is deleted under a name that is no variant.
  const doomed = join(layout.home, `.removed-${randomUUID()}`);
  await rename(folder, doomed);
  try {
    if (ours) await rm(record.launcher);
  } catch (error) {
    await rename(doomed, folder);
    throw error;
  }
  await rm(doomed, { recursive: true, force: true });
  return { name, folder, launcher: ours ? record.launcher : null };
}
