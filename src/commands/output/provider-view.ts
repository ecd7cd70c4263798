import type { CatalogueEntry } from '../../provider/catalogue.ts';
import type { Preset } from '../../provider/preset.ts';
import { chooseEndpoint, optionsOf } from '../../provider/preset/endpoints.ts';
import { type TranslatedVendor, readTranslated } from '../../provider/preset/translated.ts';
import { type ResolvedProvider, resolveProvider } from '../../provider/resolve-provider.ts';
import { table } from '../../ui/table.ts';

/** A preset, for --json. */
export function providerData({ preset, source }: CatalogueEntry): object {
  const { id, aliases, name, description, group, baseUrl, regions, plans, auth, models } = preset;
  return {
    id,
    aliases,
    name,
    description,
    group,
    baseUrl,
    regions,
    plans,
    auth: auth.type,
    models,
    source,
  };
}

/** What a variant would get of a provider: each value, and where it comes from. */
export interface Explained {
  region: string | null;
  plan: string | null;
  values: { name: string; value: string; from: string }[];
  /** The options that choose the provider's other addresses. */
  others: string[];
  notes: string[];
}

/**
 * Resolves a preset as a variant would; what the user would have to give is filled in with its name.
 * Error: `usage` for a region or plan that is not there.
 */
export function explain(
  preset: Preset,
  place: { region?: string | undefined; plan?: string | undefined },
): Explained {
  const needs = (what: 'baseUrl' | 'model'): boolean => preset.requires.includes(what);
  const named = chooseEndpoint(preset, place).models ?? preset.models;
  const resolved = resolveProvider(preset, {
    ...place,
    env: Object.fromEntries(preset.parameters.map(({ name }) => [name, name])),
    ...(needs('baseUrl') && { baseUrl: 'https://base-url.example' }),
    ...(needs('model') && named.opus === undefined && { models: { default: 'MODEL' } }),
  });
  return {
    region: resolved.region,
    plan: resolved.plan,
    values: valuesOf(resolved),
    others: preset.endpoints
      .filter((one) => one.region !== resolved.region || one.plan !== resolved.plan)
      .map(optionsOf)
      .filter((options) => options !== ''),
    notes: resolved.notes,
  };
}

function valuesOf(resolved: ResolvedProvider): Explained['values'] {
  const { env, origins, keyVariable, keyRequired, auth, deniedTools, headers } = resolved;
  const variables = Object.entries(env).map(([name, value]) => ({
    name,
    value,
    from: origins[name] ?? 'preset',
  }));
  const key = {
    name: keyVariable,
    value: 'the API key',
    from: keyRequired ? 'option' : 'option, if given',
  };
  return [
    ...variables.sort((a, b) => (a.name < b.name ? -1 : 1)),
    ...(auth === 'cloud' ? [] : [key]),
    ...deniedTools.map((tool) => ({ name: 'permissions.deny', value: tool, from: 'preset' })),
    ...headers.map(({ name, value, required }) => ({
      name: `header ${name}`,
      value,
      from: required ? 'option' : 'option, if given',
    })),
  ];
}

export function explainedText({ values, others, notes }: Explained): string {
  const rows = values.map(({ name, value, from }) => [
    name,
    value === '' ? '(nothing)' : value,
    from,
  ]);
  return [
    table([['what', 'value', 'from'], ...rows]),
    ...(others.length > 0 ? ['', `Other addresses: ${others.join('; ')}`] : []),
    ...(notes.length > 0 ? ['', ...notes.map((note) => `Note: ${note}.`)] : []),
  ].join('\n');
}

/** How a variant reaches a vendor that speaks OpenAI's format only. */
export function translatedView({ id, name, baseUrl, by }: TranslatedVendor): {
  data: object;
  text: string;
} {
  const ways = readTranslated().translators.filter(({ provider }) => Object.hasOwn(by, provider));
  const through = ways.map(({ provider, how }) => ({
    provider,
    as: by[provider],
    how,
    command: `cc-mirror quick NAME --provider ${provider}${provider === 'ccrouter' ? '' : ' --model MODEL'}`,
  }));
  const lines = through.flatMap(({ provider, as, how, command }) => [
    '',
    `${provider} (${name} there: ${as})`,
    `  ${how}.`,
    `  ${command}`,
  ]);
  return {
    data: { id, name, baseUrl, format: 'openai', through },
    text: [
      `${name} (${baseUrl}) speaks OpenAI's format only, which Claude Code does not.`,
      'A translator of yours stands between them:',
      ...lines,
    ].join('\n'),
  };
}
