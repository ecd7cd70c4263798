import { createRequire } from 'node:module';
import { CcMirrorError } from '../errors.ts';

const packageName = '@napi-rs/keyring';

/** What to do where no keyring can be used. */
export const insteadOfKeyring =
  'Without a desktop and its keyring, unlocked, keep the key with --key-store file, or have a command print it: --api-key-helper CMD';

/**
 * The path of the native binding that the optional dependency chose for this machine: the one file
 * that a program needs to reach the keyring. Loads it. Error: `unsupported-platform` where npm did
 * not install it or there is none for this system.
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
