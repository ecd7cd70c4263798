import type { KeyReading } from '../launcher/spec.ts';
import { helperCommand } from '../launcher/helper-command.ts';
import { keyScriptName } from '../provider/keyring-names.ts';
import type { VariantLayout } from '../variant/layout.ts';
import type { KeyRecord } from '../variant/record.ts';

/** The key that a variant will have. */
export interface KeyPlan {
  /** Where it will be; null if there is none. */
  record: KeyRecord | null;
  /** A key to store; null if nothing changes, or if cc-mirror does not store the key. */
  value: string | null;
  /** The former key, if it is in a file and no longer used. */
  replaced?: string;
}

/** The command that prints the key, as in Claude Code's settings; null if there is none. */
export function keyCommand(
  { record }: KeyPlan,
  { keyring }: VariantLayout,
  platform: NodeJS.Platform,
): string | null {
  if (record?.store === 'helper') return record.command;
  if (record?.store !== 'keyring') return null;
  return helperCommand(`${keyring}/${keyScriptName(platform)}`, platform);
}

/** Where the launcher reads the key, which may be `file`; null if there is none or a command prints it. */
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
