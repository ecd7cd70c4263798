import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { RulesConfig } from '../rules/config.ts';
import { writeAtomic } from './atomic.ts';
import { rulesProgram } from './hooks.ts';

/** Built beside the program: one file that needs nothing else. `src` and `dist` lie equally deep. */
const shippedProgram = fileURLToPath(new URL('../../dist/rules.cjs', import.meta.url));

/** Writes the rules' program and what it is told into `folder`; without rules, removes the folder. */
export async function placeRules(rules: RulesConfig | null, folder: string): Promise<void> {
  if (rules === null) {
    await rm(folder, { recursive: true, force: true });
    return;
  }
  await writeAtomic(join(folder, rulesProgram), await readFile(shippedProgram));
  await writeAtomic(join(folder, 'rules.json'), `${JSON.stringify(rules, null, 2)}\n`);
}
