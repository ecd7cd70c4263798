import { CcMirrorError } from '../../../src/errors.ts';

/** A keyring in memory, for `vi.mock` of src/provider/keyring.ts: entries, and those that it refuses to change. */
export const entries = new Map<string, string>();
export const refused = new Set<string>();

function check(account: string): void {
  if (!refused.has(account)) return;
  throw new CcMirrorError('storage', 'The keyring cannot be used: locked', 'Unlock it');
}

async function keepInKeyring(account: string, key: string): Promise<void> {
  check(account);
  entries.set(account, key);
}

async function readFromKeyring(account: string): Promise<string | null> {
  check(account);
  return entries.get(account) ?? null;
}

async function removeFromKeyring(account: string): Promise<void> {
  check(account);
  entries.delete(account);
}

/** What takes the place of the functions of that module. */
export const inMemory = { keepInKeyring, readFromKeyring, removeFromKeyring };
