import { createRequire } from 'node:module';
import { execa } from 'execa';
import { CcMirrorError } from '../errors.ts';
import * as z from '../zod.ts';
import { keyringService } from './keyring-names.ts';

/** Writes a key, replacing an existing one. Error: `storage`, `unsupported-platform`. */
export async function keepInKeyring(
  account: string,
  key: string,
  signal?: AbortSignal,
): Promise<void> {
  await ask({ operation: 'keep', account, key }, signal);
}

/** The key; null if there is no entry. Error: `storage`, `unsupported-platform`. */
export async function readFromKeyring(
  account: string,
  signal?: AbortSignal,
): Promise<string | null> {
  return await ask({ operation: 'read', account }, signal);
}

/** Removes the entry, if there is one. Error: `storage`, `unsupported-platform`. */
export async function removeFromKeyring(account: string, signal?: AbortSignal): Promise<void> {
  await ask({ operation: 'remove', account }, signal);
}

const packageName = '@napi-rs/keyring';

/** What to do if the keyring cannot be used. */
const insteadOfKeyring =
  'Unlock it; on a machine without a desktop use --key-store file, or a command that prints the key: --api-key-helper CMD';

/**
 * Loads the optional package and returns the path of its native binding for this machine, the one
 * file that a program needs to reach the keyring. Error: `unsupported-platform` if npm did not
 * install it or it does not support this system.
 */
export function keyringBinding(): string {
  const require = createRequire(import.meta.url);
  try {
    require(packageName);
  } catch (error) {
    const system = `${process.platform}-${process.arch}`;
    throw new CcMirrorError(
      'unsupported-platform',
      `The keyring cannot be used: the optional package ${packageName} is not installed for ${system}`,
      insteadOfKeyring,
      { cause: error },
    );
  }
  const loaded = require.cache[require.resolve(packageName)]?.children ?? [];
  const binding = loaded.find(({ filename }) => filename.endsWith('.node'));
  if (binding === undefined) throw new Error(`${packageName} has loaded no binding`);
  return binding.filename;
}

/**
 * On Linux the entry is pinned to the Secret Service (GNOME Keyring, KWallet): the binding would
 * otherwise fall back to the kernel's keys, which are lost at a restart.
 */
export const openingEntry = "new Entry(service, account, { linux: { store: 'secret-service' } })";

const program = `
let request = '';
process.stdin.on('data', (chunk) => { request += chunk; }).on('end', () => {
  const { binding, service, account, operation, key } = JSON.parse(request);
  let answer = { key: null };
  try {
    const { Entry } = require(binding);
    const entry = ${openingEntry};
    if (operation === 'keep') entry.setPassword(key);
    if (operation === 'read') answer = { key: entry.getPassword() };
    if (operation === 'remove') entry.deleteCredential();
  } catch (error) {
    answer = { problem: error.message };
  }
  process.stdout.write(JSON.stringify(answer));
});
`;

/** Milliseconds; the user may have to type the password of a locked keyring. */
const timeLimit = 120_000;

const answers = z.union([
  z.object({ key: z.nullable(z.string()) }),
  z.object({ problem: z.string() }),
]);

interface Request {
  operation: 'keep' | 'read' | 'remove';
  account: string;
  key?: string;
}

/**
 * Runs in a separate process, which can be killed: a call of the binding may wait for the keyring or
 * a dialog. The key goes through pipes only.
 */
async function ask(request: Request, signal: AbortSignal | undefined): Promise<string | null> {
  const binding = keyringBinding();
  const { stdout, timedOut, exitCode } = await execa(process.execPath, ['-e', program], {
    input: JSON.stringify({ ...request, binding, service: keyringService }),
    reject: false,
    timeout: timeLimit,
    ...(signal && { cancelSignal: signal }),
  });
  signal?.throwIfAborted();
  if (timedOut) throw unusable('no answer within two minutes; it may be locked');
  if (exitCode !== 0) throw unusable(`the program that asks it exited with ${exitCode}`);
  const answer = answers.parse(JSON.parse(stdout));
  if ('problem' in answer) throw unusable(answer.problem);
  return answer.key;
}

function unusable(problem: string): CcMirrorError {
  return new CcMirrorError('storage', `The keyring cannot be used: ${problem}`, insteadOfKeyring);
}
