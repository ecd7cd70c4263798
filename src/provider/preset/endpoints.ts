import { CcMirrorError } from '../../errors.ts';
import { fitsAddress } from '../base-url.ts';
import { addressesOf } from '../preset.ts';
import { parameterNames } from './fields.ts';
import type { Endpoint, Preset } from './schema.ts';

/** What decides about an endpoint: `--region`, `--plan`, or the address of one as `--base-url`. */
export interface Place {
  region?: string | undefined;
  plan?: string | undefined;
  baseUrl?: string | undefined;
}

/** Where a value comes from; a region or plan only if the user named it. */
export type Origin = 'cc-mirror' | 'preset' | 'region' | 'plan' | 'region and plan' | 'option';

/** An endpoint as a variant uses it. */
export interface ChosenEndpoint extends Omit<Endpoint, 'baseUrl'> {
  baseUrl: string | null;
  /** Where its values come from. */
  origin: Origin;
}

/**
 * The endpoint of a preset that fits what the user chose, else the preset's own.
 * Error: `usage` for a region, a plan or a pair of them that the preset does not have.
 */
export function chooseEndpoint(preset: Preset, { region, plan, baseUrl }: Place): ChosenEndpoint {
  const { endpoints } = preset;
  const origin =
    region === undefined
      ? plan === undefined
        ? 'preset'
        : 'plan'
      : plan === undefined
        ? 'region'
        : 'region and plan';
  if (region === undefined && plan === undefined) {
    const typed =
      baseUrl === undefined
        ? undefined
        : endpoints.find((one) => fitsAddress(one.baseUrl, baseUrl));
    if (typed !== undefined) return { ...typed, origin: 'option' };
    return { ...(endpoints[0] ?? { baseUrl: preset.baseUrl }), origin };
  }
  for (const [option, id, known] of [
    ['--region', region, preset.regions],
    ['--plan', plan, preset.plans],
  ] as const) {
    if (id === undefined || known.some((one) => one.id === id)) continue;
    const kind = option.slice(2);
    throw new CcMirrorError(
      'usage',
      `${option}: the provider ${preset.id} has no ${kind} ${JSON.stringify(id)}`,
      known.length > 0
        ? `Give ${known.map((one) => one.id).join(' or ')}`
        : `It has no ${kind}s; leave out ${option}`,
    );
  }
  const found = endpoints.find((one) => fits(one, region, plan));
  if (found !== undefined) return { ...found, origin };
  const pairs = endpoints.map((one) => optionsOf(one)).filter((pair) => pair !== '');
  throw new CcMirrorError(
    'usage',
    `The provider ${preset.id} has no plan ${plan} in the region ${region}`,
    `There are: ${pairs.join('; ')}`,
  );
}

/** The options that choose an endpoint. */
export function optionsOf({ region, plan }: Pick<Endpoint, 'region' | 'plan'>): string {
  return [...(region ? [`--region ${region}`] : []), ...(plan ? [`--plan ${plan}`] : [])].join(' ');
}

function fits(one: Endpoint, region: string | undefined, plan: string | undefined): boolean {
  return (
    (region === undefined || one.region === region) && (plan === undefined || one.plan === plan)
  );
}

/**
 * An address with the user's values in it, each one segment. `values`: given with `--env`.
 * Error: `usage` for a parameter that is missing, or that has another character than a segment may have.
 */
export function withParameters(
  template: string,
  preset: Preset,
  values: Readonly<Record<string, string>>,
): string {
  return parameterNames(template).reduce((address, name) => {
    const value = parameterOf(name, preset, values);
    if (/^[\w~-][\w.~-]*$/.test(value)) return address.replaceAll(`\${${name}}`, value);
    throw new CcMirrorError(
      'usage',
      `--env ${name}: the value becomes a part of the address, and may have letters, digits, -, _, . and ~ only`,
      `Give ${descriptionOf(name, preset)} as it stands in the provider's console`,
    );
  }, template);
}

/** The parameters of all addresses of a preset. */
export function addressParameters(preset: Preset): string[] {
  return addressesOf(preset).flatMap((address) => parameterNames(address ?? ''));
}

/** The parameters that an address of a preset needs, and those that stand in none; null: no address of its. */
export function neededParameters(preset: Preset, address: string | null): Preset['parameters'] {
  const all = addressParameters(preset);
  const own = parameterNames(address ?? '');
  return preset.parameters.filter(({ name }) => own.includes(name) || !all.includes(name));
}

/** The value of a parameter. Error: `usage`, if it was not given. */
export function parameterOf(
  name: string,
  preset: Preset,
  values: Readonly<Record<string, string>>,
): string {
  const value = values[name]?.trim();
  if (value) return value;
  throw new CcMirrorError(
    'usage',
    `The provider ${preset.id} needs ${name}: ${descriptionOf(name, preset)}`,
    `Add --env ${name}=…`,
  );
}

function descriptionOf(name: string, { parameters }: Preset): string {
  return parameters.find((parameter) => parameter.name === name)?.description ?? 'its value';
}
