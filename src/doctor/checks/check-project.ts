import { isObject } from '../../config/merge.ts';
import { isOverruled, withoutEffect } from '../../plan/provider-pin.ts';
import { providerPin } from '../../provider/variables.ts';
import { readSetup } from '../../lifecycle/prove/setup.ts';
import { readConfig } from './check-configuration.ts';
import { type Found, failed, ok, warning } from '../finding.ts';
import type { CheckContext } from '../check-context.ts';
import { projectFiles } from '../../lifecycle/prove/project-settings.ts';

/** Variables in settings files that select the service, its address, a proxy or the key. */
const decisive =
  /^((HTTPS?|ALL)_PROXY|ANTHROPIC_(API_KEY|AUTH_TOKEN|CUSTOM_HEADERS|UNIX_SOCKET|([A-Z_]+_)?BASE_URL)|CLAUDE_CODE_(USE_[A-Z_]+|API_BASE_URL))$/;

/**
 * Settings that would send the variant's key elsewhere: those of the current folder's project, which
 * override the launcher unless the variant is pinned to its provider, and those of the variant.
 */
export async function checkProject(context: CheckContext): Promise<Found[]> {
  const { record, places, shared } = context;
  const { bundle, env } = record;
  const pinned =
    env[providerPin] === '1' && (await shared.verdictsOf(bundle.path, bundle.sha256)).pins;
  const findings: Found[] = [];
  for (const { path, place } of await projectFiles(shared.folder, context.around.userHome)) {
    // Only native builds read it, and not the first ones.
    const since = place.startsWith('..') ? ' from 2.1.221 on' : '';
    if (since !== '' && bundle.kind === 'js') continue;
    try {
      findings.push(...inProject(path, readConfig(path)['env'], since));
    } catch (thrown) {
      // Claude Code skips unreadable files, too.
      findings.push(failed(thrown, 'warning'));
    }
  }
  const setup = readSetup(env, places);
  const own = namesIn(setup.settings['env'], () => true);
  const rest = pinned ? split(own)[1] : own;
  const named = { name: record.name, settings: places.settings };
  const told = pinned ? withoutEffect(setup.settings['env'], bundle.kind, named) : null;
  if (told) findings.push(warning(told.message, told.next));
  const beating = rest.filter((name) => decisive.test(name.toUpperCase()));
  if (beating.length > 0) {
    findings.push(
      ok(`${places.settings} sets ${beating.join(', ')}, which overrides the launcher`),
    );
  }
  if (record.baseUrl !== null && 'primaryApiKey' in readConfig(places.state)) {
    const message = `${places.state} holds the key of a login (primaryApiKey), which builds also send to ${record.baseUrl}`;
    findings.push(warning(message, `Type /logout in ${record.name}.`));
  }
  return findings.length > 0 ? findings : [ok('no setting sends the key elsewhere')];

  function split(names: readonly string[]): [overruled: string[], others: string[]] {
    const over = names.filter((name) => isOverruled(name, bundle.kind));
    return [over, names.filter((name) => !over.includes(name))];
  }

  function inProject(path: string, variables: unknown, since: string): Found[] {
    const names = namesIn(variables, (name) => decisive.test(name));
    const [over, rest] = pinned ? split(names) : [[], names];
    const found =
      over.length === 0 ? [] : [ok(`${path} sets ${over.join(', ')}, which this variant ignores`)];
    return rest.length === 0 ? found : [...found, ...following(path, rest, since)];
  }

  function following(path: string, names: readonly string[], since: string): Found[] {
    const sets = `${path} sets ${names.join(', ')}`;
    const message = `${sets}: sessions of ${record.name} in ${shared.folder} use it${since}, with the variant's key or login`;
    const next = `Remove it from that file, or start ${record.name} only in other folders.`;
    return [warning(message, next)];
  }
}

function namesIn(variables: unknown, counts: (upper: string) => boolean): string[] {
  return isObject(variables)
    ? Object.keys(variables).filter((name) => counts(name.toUpperCase()))
    : [];
}
