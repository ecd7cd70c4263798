import { type Found, error, ok, reinstall, warning } from '../finding.ts';
import { readConfig } from './check-configuration.ts';
import { ownedMissing } from '../owned-differences.ts';
import { readIfExists } from '../../disk/sync-read.ts';
import type { CheckContext } from '../check-context.ts';

/**
 * Whether Claude Code's own updater is off. It is if DISABLE_AUTOUPDATER or DISABLE_UPDATES is
 * true; settings.json overrides the environment. `autoUpdates: false` in .claude.json alone
 * does not turn it off for a native installation (read from 2.0.77, 2.1.112, 2.1.329).
 */
export function checkUpdater({ record, places }: CheckContext): Found[] {
  const { env } = readConfig(places.settings);
  const inSettings = variablesIn(env);
  const effective = { ...record.env, ...inSettings };
  const wanted = ['DISABLE_AUTOUPDATER', 'DISABLE_UPDATES'];
  const off = wanted.filter((name) => isTrue(effective[name]));
  const turned = wanted.filter((name) => name in inSettings && !isTrue(inSettings[name]));
  if (turned.length > 0) {
    const message = `${places.settings} sets ${turned.map((name) => `${name}=${inSettings[name]}`).join(' ')}`;
    const next = `Remove ${turned.map((name) => `env.${name}`).join(', ')} from it.`;
    return [
      off.length > 0
        ? warning(message, next)
        : error(`${message}: Claude Code may replace itself`, next),
    ];
  }
  if (off.length === 0) {
    const next = `cc-mirror update ${record.name} --env DISABLE_UPDATES=1 --env DISABLE_AUTOUPDATER=1`;
    return [error('the launcher does not turn the updater off', next)];
  }
  const owned = record.owned['settings.json'] ?? {};
  const settings = readIfExists(places.settings);
  if (
    settings !== null &&
    ownedMissing(settings, owned, places.settings).includes('env.DISABLE_AUTOUPDATER')
  ) {
    const message = `${places.settings} lacks env.DISABLE_AUTOUPDATER; the launcher sets it`;
    return [warning(message, reinstall)];
  }
  return [ok('off')];
}

function variablesIn(env: unknown): Record<string, string> {
  if (typeof env !== 'object' || env === null) return {};
  return Object.fromEntries(Object.entries(env).map(([name, value]) => [name, String(value)]));
}

/** Parses a variable as Claude Code does. */
function isTrue(value: string | undefined): boolean {
  return ['1', 'true', 'yes', 'on'].includes(value?.trim().toLowerCase() ?? '');
}
