import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fromPackage } from '../../package-root.ts';
import type { RulesConfig } from '../../rules/config.ts';
import type { FileChanges } from '../../transaction/changes.ts';
import { rulesProgram, rulesScript } from '../../variant/hooks.ts';

/** Built beside the program: one file that needs nothing else. `src` and `dist` lie equally deep. */
const shippedProgram = fromPackage('dist', 'rules.cjs');

/** Has the rules' program, what runs it and what it is told written into `folder`, or taken out without rules. */
export async function placeRules(
  rules: RulesConfig | null,
  script: string,
  folder: string,
  changes: FileChanges,
): Promise<void> {
  const program = join(folder, rulesProgram);
  const config = join(folder, 'rules.json');
  const starter = join(folder, rulesScript);
  if (rules === null) {
    for (const path of [program, config, starter]) changes.remove(path, dirname(folder));
    return;
  }
  changes.write(program, await readFile(shippedProgram));
  changes.write(starter, script);
  changes.write(config, `${JSON.stringify(rules, null, 2)}\n`);
}
