import { CcMirrorError } from '../errors.ts';
import { isAddressOf } from '../provider/base-url.ts';
import { type Catalogue, findPreset } from '../provider/catalogue.ts';
import type { Preset } from '../provider/preset.ts';
import type { EarlierVariant } from './variant.ts';

/** Providers that have another id here. */
const renamed: Readonly<Record<string, string>> = { local: 'litellm' };

/**
 * The preset for an earlier variant that talks to `address` (null: Anthropic's own): the one that
 * the user names, else one with that address, else one with the earlier package's id. The address
 * comes first because an id meant different services over time. Error: `no-such-provider`.
 */
export function presetFor(
  earlier: EarlierVariant,
  address: string | null,
  catalogue: Catalogue,
  named: string | undefined,
): Preset {
  if (named !== undefined) return findPreset(catalogue, named).preset;
  const id = renamed[earlier.provider] ?? earlier.provider;
  const presets = catalogue.entries.map(({ preset }) => preset);
  const called = presets.filter((preset) => preset.id === id || preset.aliases.includes(id));
  const fits = (preset: Preset): boolean => address !== null && isAddressOf(preset, address);
  const found = called.find(fits) ?? presets.find(fits) ?? called[0];
  if (found) return found;
  const broken = catalogue.broken.find((preset) => preset.id === id);
  throw broken?.error ?? unknown(earlier, address);
}

function unknown({ name, provider }: EarlierVariant, address: string | null): CcMirrorError {
  const where = address === null ? '' : `, and none with its address ${address}`;
  return new CcMirrorError(
    'no-such-provider',
    `The earlier variant ${name} has the provider ${JSON.stringify(provider)}; there is no preset with that name${where}.`,
    `Name the preset to use (custom takes any address): cc-mirror update ${name} --adopt --provider custom`,
  );
}
