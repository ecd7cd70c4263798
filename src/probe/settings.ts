import { withoutReserved } from './environment.ts';

/** Settings that run a command of the user's, fetch something, or ask for a login. */
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
 * The settings.json of a run: the variant's, without what would lead it off the loopback. The
 * program lets `env` here override its own environment, so it is filtered the same way.
 */
export function runSettings(settings: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const kept = Object.entries(settings).filter(([name]) => !dropped.has(name));
  return Object.fromEntries(
    kept.map(([name, value]) => [name, name === 'env' ? runVariables(value) : value]),
  );
}

/** The variables of a settings file that a run is given, whatever the file holds there. */
export function runVariables(value: unknown): Record<string, string> {
  if (typeof value !== 'object' || value === null) return {};
  const texts = Object.entries(value).map(([name, text]): [string, string] => [name, String(text)]);
  return withoutReserved(Object.fromEntries(texts));
}
