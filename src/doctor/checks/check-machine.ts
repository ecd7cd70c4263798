import { dirname, join } from 'node:path';
import { ifExists } from '../../disk/if-exists.ts';
import { exists, readdir } from '../../disk/sync-read.ts';
import type { Context } from '../../home/context.ts';
import { type Found, ok, warning } from '../finding.ts';
import { managedFolders } from '../../lifecycle/prove/managed-settings.ts';

/**
 * What affects every variant from outside its configuration folder, for a session in `folder`. Notes
 * rather than errors, since it may be intended.
 */
export function checkMachine(around: Context, folder: string): Found[] {
  const { userHome, layout } = around;
  const findings = [
    ...managed(managedFolders(layout.platform)),
    ...editors(join(userHome, '.claude', 'ide')),
    ...memories(folder),
  ];
  return findings.length > 0 ? findings : [ok('nothing on this machine affects variants')];
}

function managed(folders: readonly string[]): Found[] {
  const findings: Found[] = [];
  for (const folder of folders) {
    for (const name of [
      'managed-settings.json',
      'managed-settings.d',
      'managed-mcp.json',
      'CLAUDE.md',
    ]) {
      const path = join(folder, name);
      if (!exists(path)) continue;
      const message = `${path} applies to every Claude Code on this machine and overrides a variant's settings`;
      findings.push(warning(message, 'Look there if a variant ignores its own settings.'));
    }
  }
  return findings;
}

/** Claude Code also looks for editors here if it has its own configuration folder. */
function editors(folder: string): Found[] {
  const names = ifExists(() => readdir(folder)) ?? [];
  if (!names.some((name) => name.endsWith('.lock'))) return [];
  return [ok(`variants also find the editors listed in ${folder}`)];
}

/** Instructions that a session reads from the folders above its own, except the root. */
function memories(folder: string): Found[] {
  const found: string[] = [];
  for (let above = dirname(folder); dirname(above) !== above; above = dirname(above)) {
    for (const name of ['CLAUDE.md', join('.claude', 'CLAUDE.md'), 'CLAUDE.local.md']) {
      if (exists(join(above, name))) found.push(join(above, name));
    }
  }
  return found.map((path) => ok(`a session in ${folder} also reads ${path}`));
}
