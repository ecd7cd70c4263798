import type { KeyReading } from '../launcher/spec.ts';
import { helperCommand } from '../launcher/helper-command.ts';
import { keyScriptName } from '../provider/keyring-names.ts';
import type { VariantLayout } from '../variant/layout.ts';
import type { KeyRecord } from '../variant/record.ts';

/** What becomes of a variant's key. */
export interface KeyPlan {
  /** Where it will be; null: no key is kept. */
  record: KeyRecord | null;
  /** A key to be kept anew; null where nothing changes, or nothing is kept by us. */
  value: string | null;
  /** The key of before, where it lies in a file and is used no more. */
  replaced?: string;
}

/** The command by which Claude Code gets the key, as its setting has it; null where it asks none. */
export function keyCommand(
  { record }: KeyPlan,
  { keyring }: VariantLayout,
  platform: NodeJS.Platform,
): string | null {
  if (record?.store === 'helper') return record.command;
  if (record?.store !== 'keyring') return null;
  return helperCommand(`${keyring}/${keyScriptName(platform)}`, platform);
}

/** Where the launcher takes the key from, `file` being that of the key; null if Claude Code asks a command for it, or has none. */
export function keyReading(record: KeyRecord | null, file: string): KeyReading | null {
  switch (record?.store) {
    case 'file':
      return { kind: 'file', file, variable: record.variable };
    case 'env':
      return { kind: 'env', from: record.from, variable: record.variable };
    default:
      return null;
  }
}
