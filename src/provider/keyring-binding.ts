import { createRequire } from 'node:module';
import { CcMirrorError } from '../errors.ts';

const packageName = '@napi-rs/keyring';

/** What to do if the keyring cannot be used. */
export const insteadOfKeyring =
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
