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
  const { bundle, env, name } = record;
  const pinned =
    env[providerPin] === '1' && (await shared.verdictsOf(bundle.path, bundle.sha256)).pins;
  const ignored = (variable: string): boolean => pinned && isOverruled(variable, bundle.kind);
  const findings: Found[] = [];
  for (const { path, place } of projectFiles(shared.folder, context.around.userHome)) {
    // Only native builds read it, and not the first ones.
    const since = place.startsWith('..') ? ' from 2.1.221 on' : '';
    if (since !== '' && bundle.kind === 'js') continue;
    try {
      const set = decisiveIn(readConfig(path)['env']);
      const over = set.filter(ignored);
      if (over.length > 0) {
        findings.push(ok(`${path} sets ${over.join(', ')}, which this variant ignores`));
      }
      const used = set.filter((variable) => !ignored(variable));
      if (used.length === 0) continue;
      const message = `${path} sets ${used.join(', ')}: sessions of ${name} in ${shared.folder} use it${since}, with the variant's key or login`;
      const next = `Remove it from that file, or start ${name} only in other folders.`;
      findings.push(warning(message, next));
    } catch (thrown) {
      // Claude Code skips unreadable files, too.
      findings.push(failed(thrown, 'warning'));
    }
  }
  const own = readSetup(env, places).settings['env'];
  const told = pinned ? withoutEffect(own, bundle.kind, { name, settings: places.settings }) : null;
  if (told) findings.push(warning(told.message, told.next));
  const beating = decisiveIn(own).filter((variable) => !ignored(variable));
  if (beating.length > 0) {
    const sets = `${places.settings} sets ${beating.join(', ')}`;
    findings.push(ok(`${sets}, which overrides the launcher`));
  }
  if (record.baseUrl !== null && 'primaryApiKey' in readConfig(places.state)) {
    const message = `${places.state} holds the key of a login (primaryApiKey), which builds also send to ${record.baseUrl}`;
    findings.push(warning(message, `Type /logout in ${name}.`));
  }
  return findings.length > 0 ? findings : [ok('no setting sends the key elsewhere')];
}

/** The names of such variables in `env` of a settings file. */
function decisiveIn(variables: unknown): string[] {
  return isObject(variables)
    ? Object.keys(variables).filter((name) => decisive.test(name.toUpperCase()))
    : [];
}
