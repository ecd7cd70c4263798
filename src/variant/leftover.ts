import { entriesIn } from '../disk/sync-read.ts';
import { ifExists } from '../disk/if-exists.ts';
import { join } from 'node:path';

/**
 * What Claude Code writes in its configuration by itself while it runs (2.1.112 to 2.1.332); not
 * what a user, or cc-mirror, has put there.
 */
const written =
  /^(\.claude\.json(\..*)?|\.credentials\.json|\.last-.*|(history|daemon)\.jsonl|.*-cache(\.json)?|backups|cache|debug|downloads|file-history|ide|jobs|logs|metrics|paste-cache|plans|plugins|projects|session-env|sessions|shell-snapshots|statsig|tasks|teams|telemetry|todos|traces|uploads)$/;

/**
 * Whether a folder holds nothing but what a session has written back after its variant was removed:
 * a configuration, and in it only what Claude Code makes by itself.
 */
export async function isLeftover(folder: string): Promise<boolean> {
  const entries = ifExists(() => entriesIn(folder));
  if (entries === null || entries.length !== 1) return false;
  const [only] = entries;
  if (only?.name !== 'config' || !only.isDirectory()) return false;
  const files = entriesIn(join(folder, 'config'));
  return files.every(({ name }) => written.test(name));
}
