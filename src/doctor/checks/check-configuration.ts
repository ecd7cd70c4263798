import { realpath, stat } from '../../disk/sync-read.ts';
import { basename, join, sep } from 'node:path';
import { parseObject } from '../../config/merge.ts';
import { ifExists } from '../../disk/if-exists.ts';
import { realPlace } from '../../disk/real-paths.ts';
import type { VariantLayout } from '../../variant/layout.ts';
import type { VariantRecord } from '../../variant/record.ts';
import { type Found, error, failed, ok, reinstall, warning } from '../finding.ts';
import { ownedChanged, ownedMissing, ownedThere } from '../owned-differences.ts';
import type { CheckContext } from '../check-context.ts';
import { readToEdit } from '../../disk/utf8.ts';

/** The configuration: in its place, readable and with our values. */
export function checkConfiguration(context: CheckContext): Found[] {
  const { record, places } = context;
  const findings = [...checkPlace(context), ...checkLinks(context), ...checkEarlierState(context)];
  for (const path of [places.settings, places.state]) {
    try {
      findings.push(...checkFile(path, context));
    } catch (thrown) {
      findings.push(failed(thrown, 'error'));
    }
  }
  return findings.length > 0 ? findings : [ok(record.configDir)];
}

function checkPlace({ record, places }: CheckContext): Found[] {
  if (record.configDir === places.config) return [];
  const message = `it was created for ${record.configDir} but is now in ${places.config}`;
  return [error(message, reinstall)];
}

/** The real path of a path that leads out of the variant's folder, or null. */
export function leadsOut(path: string, folder: string): string | null {
  const real = realPlace(path);
  return real.startsWith(realPlace(folder) + sep) ? null : real;
}

/** Links are the user's own: reports them and skips their targets. */
function checkLinks({ places }: CheckContext): Found[] {
  const findings: Found[] = [];
  const config = leadsOut(places.config, places.folder);
  if (config !== null) {
    const message = `${places.config} is a link to ${config}, outside the variant: cc-mirror writes nothing there`;
    return [warning(message, 'Replace the link by a folder.')];
  }
  // The check of packs covers skills and agents.
  for (const path of [places.settings, places.state]) {
    const real = leadsOut(path, places.folder);
    if (real === null) continue;
    findings.push(ok(`${path} is a link to ${real}, outside the variant, and is skipped`));
  }
  return findings;
}

/**
 * A file that Claude Code reads as its state instead of .claude.json: always up to 2.1.112, if it is
 * not empty in 2.1.329.
 */
function checkEarlierState({ places }: CheckContext): Found[] {
  const path = join(places.config, '.config.json');
  const there = ifExists(() => stat(path));
  if (!there?.isFile()) return [];
  const message = `Claude Code reads ${path} instead of .claude.json`;
  return [warning(message, 'Move it away unless this is intended.')];
}

function checkFile(path: string, context: CheckContext): Found[] {
  const owned = context.record.owned[basename(path)] ?? {};
  const text = readToEdit(path);
  if (text === null) return [error(`${path} is gone`, reinstall)];
  const findings: Found[] = [];
  const missing = ownedMissing(text, owned, path).filter((key) => !elsewhere(key));
  if (missing.length > 0) {
    const real = ifExists(() => realpath(path)) ?? path;
    const inside = real.startsWith(realPlace(context.places.folder) + sep);
    const message = `${path} lacks ${missing.join(', ')}`;
    findings.push(warning(message, inside ? reinstall : `Add it to ${real} by hand.`));
  }
  const changed = ownedChanged(text, owned, path).filter((key) => !elsewhere(key));
  if (changed.length > 0) findings.push(ok(`${path} has your own values: ${changed.join(', ')}`));
  return findings;
}

/** Values that other checks cover, and the one that /model changes and removes. */
function elsewhere(key: string): boolean {
  if (key === 'model') return true;
  return key.startsWith('hooks.') || key === 'apiKeyHelper' || key === 'env.DISABLE_AUTOUPDATER';
}

/** Reads a configuration file; empty if there is none. Error: `invalid-record`. */
export function readConfig(path: string): { [key: string]: unknown } {
  const text = readToEdit(path);
  return text === null ? {} : parseObject(text, path);
}

/** The values of a record that the files still have. */
export function ownedOnDisk(
  { owned }: VariantRecord,
  { settings, state }: Pick<VariantLayout, 'settings' | 'state'>,
): VariantRecord['owned'] {
  const there: VariantRecord['owned'] = {};
  for (const path of [settings, state]) {
    const name = basename(path);
    there[name] = { ...ownedThere(readToEdit(path), owned[name] ?? {}, path) };
  }
  return there;
}
