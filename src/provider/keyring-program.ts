import { readFile } from 'node:fs/promises';
import { bindingName, keyringService } from './keyring-names.ts';
import { keyringBinding, openingEntry } from './keyring.ts';

/** The program, and the binding that it loads from its own folder. */
export interface KeyringProgram {
  program: string;
  binding: Buffer;
}

/**
 * The files that let a variant read its key without cc-mirror, which npx does not keep: the program,
 * and the binding for this machine. They hold no secret. Error: `unsupported-platform`.
 */
export async function keyringProgram(variant: string, account: string): Promise<KeyringProgram> {
  const binding = await readFile(keyringBinding());
  return { program: programText(variant, account), binding };
}

function programText(variant: string, account: string): string {
  const again = `run: cc-mirror update ${variant} --key-store keyring --api-key-stdin`;
  return `// Prints the API key of a cc-mirror variant from the keyring. Rewritten by every update.
'use strict';
const service = ${JSON.stringify(keyringService)};
const account = ${JSON.stringify(account)};

try {
  const { Entry } = require('./${bindingName}');
  const key = ${openingEntry}.getPassword();
  if (key) require('node:fs').writeSync(1, key + '\\n');
  else fail('there is no entry; ${again}');
} catch (error) {
  fail(String(error.message).split('\\n')[0]);
}

// A native Claude Code that runs this file must not start.
if (process.versions.bun) process.exit();

function fail(problem) {
  require('node:fs').writeSync(2, 'variant ${variant}: no API key in the keyring: ' + problem + '\\n');
  process.exitCode = 1;
}
`;
}
