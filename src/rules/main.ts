import { readFileSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { areRulesOff, respond } from './respond.ts';

/**
 * Without Node.js, the Bun in a native Claude Code loads this file from within its folder
 * (src/launcher/run-script.ts). The process has to exit before Claude Code starts.
 */
const inBun = process.versions['bun'] !== undefined;

/**
 * The program that hooks run. Errors go to standard error with status 1, which Claude Code shows to
 * the user without blocking the call, as status 2 would.
 */
if (!areRulesOff(process.env)) {
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
// oxlint-disable-next-line unicorn/no-process-exit -- otherwise Claude Code starts
if (inBun) process.exit();
