import { withoutReserved } from './run-environment.ts';

/** Settings that run the user's commands, fetch something or ask for a login. */
const dropped = new Set([
  'apiKeyHelper',
  'proxyAuthHelper',
  'awsAuthRefresh',
  'awsCredentialExport',
  'gcpAuthRefresh',
  'otelHeadersHelper',
  'forceLoginMethod',
  'forceLoginOrgUUID',
  'enabledPlugins',
  'extraKnownMarketplaces',
  'statusLine',
  'fileSuggestion',
]);

/**
 * The settings.json of a run: the variant's, without what would lead it off the loopback. Its `env`
 * overrides the environment, so it is filtered in the same way.
 */
export function runSettings(settings: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const kept = Object.entries(settings).filter(([name]) => !dropped.has(name));
  return Object.fromEntries(
    kept.map(([name, value]) => [name, name === 'env' ? runVariables(value) : value]),
  );
}

/** The variables that a run takes from `env` of a settings file; none if that is not an object. */
export function runVariables(value: unknown): Record<string, string> {
  if (typeof value !== 'object' || value === null) return {};
  const texts = Object.entries(value).map(([name, text]): [string, string] => [name, String(text)]);
  return withoutReserved(Object.fromEntries(texts));
}
