import { join } from 'node:path';
import { isObject } from '../config/merge.ts';
import { providerPin } from '../variant/provider-pin.ts';
import { readSetup } from '../variant/setup.ts';
import { readConfig } from './configuration.ts';
import { type Finding, failed, ok, warning } from './finding.ts';
import type { Subject } from './subject.ts';

/** Variables of settings files that choose the service, its address or the key. */
const decisive =
  /^(ANTHROPIC_(API_KEY|AUTH_TOKEN|CUSTOM_HEADERS|UNIX_SOCKET|([A-Z_]+_)?BASE_URL)|CLAUDE_CODE_(USE_[A-Z_]+|API_BASE_URL))$/;

/** What a variant that is pinned does not take from its own settings either: 2.1.332 leaves out models, too. */
const pinnedAway = new RegExp(`${decisive.source}|^ANTHROPIC_(DEFAULT_[A-Z_]*|CUSTOM_)?MODEL`);

/**
 * Where settings would lead the variant's key: those of the project that a session would be started in,
 * which beat the launcher unless the variant is pinned to its provider, and those of the variant itself.
 */
export async function checkProject(subject: Subject): Promise<Finding[]> {
  const { record, places, shared } = subject;
  const { bundle, env } = record;
  const pinned =
    env[providerPin] === '1' && (await shared.verdictsOf(bundle.path, bundle.sha256)).pins;
  const findings: Finding[] = [];
  for (const file of ['settings.json', 'settings.local.json']) {
    const path = join(shared.folder, '.claude', file);
    try {
      findings.push(...inProject(path, (await readConfig(path))['env']));
    } catch (thrown) {
      // Claude Code passes over what it cannot read, too.
      findings.push(failed('project', thrown, 'warning'));
    }
  }
  const setup = await readSetup(env, places);
  const own = namesIn(setup.settings['env'], pinnedAway);
  if (own.length > 0) findings.push(inVariant(own));
  if (record.baseUrl !== null && 'primaryApiKey' in (await readConfig(places.state))) {
    const message = `${places.state} holds the key of a login (primaryApiKey), which builds send to ${record.baseUrl} as well`;
    findings.push(warning('project', message, `Type /logout in ${record.name}.`));
  }
  return findings.length > 0 ? findings : [ok('project', 'no settings lead the key elsewhere')];

  function inProject(path: string, variables: unknown): Finding[] {
    const names = namesIn(variables);
    if (names.length === 0) return [];
    const sets = `${path} sets ${names.join(', ')}`;
    if (pinned) return [ok('project', `${sets}, which this variant does not follow`)];
    const message = `${sets}: sessions of ${record.name} in ${shared.folder} follow it, with the variant's key or login`;
    const next = `Take it out of that file, or start ${record.name} in other folders only.`;
    return [warning('project', message, next)];
  }

  function inVariant(names: readonly string[]): Finding {
    const sets = `${places.settings} sets ${names.join(', ')}`;
    if (!pinned) return ok('project', `${sets}, which beats the launcher`);
    const next = `cc-mirror update ${record.name} with --base-url, --model, --header or --api-key-stdin instead`;
    return warning('project', `${sets}, which has no effect in this variant`, next);
  }
}

function namesIn(variables: unknown, which = decisive): string[] {
  return isObject(variables) ? Object.keys(variables).filter((name) => which.test(name)) : [];
}
