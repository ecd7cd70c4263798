import { readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { areOff, respond } from './respond.ts';

/**
 * The program that hooks call. What goes wrong is said on standard error with status 1, which
 * Claude Code shows to the user; it hinders nothing. Status 2 would.
 */
if (!areOff(process.env)) {
  try {
    const folder = dirname(process.argv[1] ?? '');
    const output = respond(readFileSync(0, 'utf8'), {
      folder,
      env: process.env,
      now: Date.now(),
    });
    process.stdout.write(output);
  } catch (error) {
    const what = error instanceof Error ? error.message : String(error);
    process.stderr.write(`cc-mirror's rules did not apply: ${what}\n`);
    process.exitCode = 1;
  }
}
