import { basename } from 'node:path';
import type { Layout } from '../../variant/layout.ts';
import { rebuildRecord } from '../../lifecycle/rebuild-record.ts';
import { type ForeignFolder, notAVariant } from '../../variant/read-variant.ts';
import { type Found, error, warning } from '../finding.ts';

/**
 * What can be done about a variant with an unusable variant.json. Null: the folder may not be a
 * variant at all.
 */
export async function checkRecord(layout: Layout, foreign: ForeignFolder): Promise<Found[] | null> {
  const name = basename(foreign.folder);
  const rebuilt = foreign.broken ? await rebuildRecord(layout, name) : null;
  if (rebuilt === null) return null;
  const message = notAVariant(foreign).message.replace(/\.$/, '');
  const { lost, from, providerLost } = rebuilt;
  if (providerLost) {
    const again = `cc-mirror quick ${name} --provider ID --force`;
    const next = `Recreate it with its provider: ${again}; this keeps its configuration.`;
    return [error(`${message}; its provider is unknown`, next)];
  }
  return [
    error(`${message}; it can be rebuilt from ${from}`, { kind: 'record' }),
    ...lost.map((what) => warning(`lost: ${what}`, `cc-mirror doctor ${name} --fix`)),
  ];
}
