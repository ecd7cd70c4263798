import { readFileSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { areOff, respond } from './respond.ts';

/**
 * A native Claude Code's own Bun loads this file where there is no Node.js, from within its folder
 * (src/launcher/run-script.ts): it has to end before Claude Code begins.
 */
const inBun = process.versions['bun'] !== undefined;

/**
 * The program that hooks call. What goes wrong is said on standard error with status 1, which
 * Claude Code shows to the user; it hinders nothing. Status 2 would.
 */
if (!areOff(process.env)) {
  try {
    const folder = inBun ? process.cwd() : dirname(process.argv[1] ?? '');
    const output = respond(readFileSync(0, 'utf8'), {
      folder,
      env: process.env,
      now: Date.now(),
    });
    if (inBun) writeSync(1, output);
    else process.stdout.write(output);
  } catch (error) {
    const what = error instanceof Error ? error.message : String(error);
    writeSync(2, `cc-mirror's rules did not apply: ${what}\n`);
    process.exitCode = 1;
  }
}
// oxlint-disable-next-line unicorn/no-process-exit -- else Claude Code would begin
if (inBun) process.exit();
