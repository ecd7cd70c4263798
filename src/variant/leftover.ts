import { entriesIn } from '../disk/sync-read.ts';
import { ifExists } from '../disk/if-exists.ts';
import { join } from 'node:path';

/**
 * What Claude Code itself writes into its configuration while it runs (2.1.112 to 2.1.332), as
 * opposed to the user and cc-mirror.
 */
const written =
  /^(\.claude\.json(\..*)?|\.credentials\.json|\.last-.*|(history|daemon)\.jsonl|.*-cache(\.json)?|backups|cache|debug|downloads|file-history|ide|jobs|logs|metrics|paste-cache|plans|plugins|projects|session-env|sessions|shell-snapshots|statsig|tasks|teams|telemetry|todos|traces|uploads)$/;

/**
 * Whether a folder has only what a session wrote after its variant was removed: a configuration with
 * only the files that Claude Code itself writes.
 */
export function isLeftover(folder: string): boolean {
  const entries = ifExists(() => entriesIn(folder));
  if (entries === null || entries.length !== 1) return false;
  const [only] = entries;
  if (only?.name !== 'config' || !only.isDirectory()) return false;
  return entriesIn(join(folder, 'config')).every(({ name }) => written.test(name));
}
