import { CcMirrorError } from '../../errors.ts';
import { givenBaseUrl } from '../../provider/base-url.ts';
import type { Catalogue } from '../../provider/catalogue.ts';
import { type Header, requireHeaders } from '../../provider/header.ts';
import type { Preset } from '../../provider/preset.ts';
import { placeForKey } from '../../provider/preset/key-owner.ts';
import { type ProviderOverrides, resolveProvider } from '../../provider/resolve-provider.ts';
import { type Target, targetOf } from './target.ts';
import { endpointAt, fromShell, refuseCloud } from './variant-target.ts';

/** What the user gives beside the preset. */
export interface PresetGiven extends ProviderOverrides {
  key?: string | undefined;
  /** Their values may refer to variables of the shell. */
  headers?: readonly Header[] | undefined;
}

/**
 * A preset as a variant with these options would use it, with notes for the user. Errors: as those of
 * `resolveProvider`; `usage` for a cloud, or a key that belongs to another provider; `missing-key`.
 */
export function presetTarget(
  preset: Preset,
  given: PresetGiven,
  catalogue: Catalogue,
  environment: Readonly<Record<string, string | undefined>>,
): { target: Target; notes: string[] } {
  const { key } = given;
  refuseCloud(preset.id, preset, {});
  const typed = given.baseUrl === undefined ? null : givenBaseUrl(given.baseUrl, preset);
  const asked = { ...given, ...(typed && { baseUrl: typed.url }) };
  const place = key === undefined ? null : placeForKey(preset, asked, key, catalogue);
  const provider = resolveProvider(preset, { ...asked, ...(place && { plan: place.plan }) });
  if (provider.keyRequired && key === undefined) {
    throw new CcMirrorError(
      'missing-key',
      `${provider.name} needs a key, and a preset has none.`,
      `Add --api-key-env VAR or --api-key-stdin${provider.keyUrl === null ? '' : `; get one at ${provider.keyUrl}`}`,
    );
  }
  const headers = (given.headers ?? []).map(({ name, value }) => ({
    name,
    value: fromShell(name, value, environment),
  }));
  requireHeaders(
    preset,
    headers.map(({ name }) => name),
  );
  const target = targetOf({
    variant: null,
    provider: preset.id,
    name: provider.name,
    variables: { ...provider.env, ...(key !== undefined && { [provider.keyVariable]: key }) },
    helperKey: null,
    headers,
    login: provider.auth === 'login',
    preset,
    endpoint: endpointAt(preset, provider.baseUrl),
  });
  return { target, notes: [typed?.note, place?.note].flatMap((note) => note ?? []) };
}
