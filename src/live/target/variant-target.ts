import { CcMirrorError } from '../../errors.ts';
import { type Catalogue, findPreset } from '../../provider/catalogue.ts';
import { headersVariable } from '../../launcher/header-lines.ts';
import { type Header, parseHeaders, variablesIn } from '../../provider/header.ts';
import type { Preset } from '../../provider/preset.ts';
import { isAddressOf } from '../../provider/base-url.ts';
import { type ChosenEndpoint, chooseEndpoint } from '../../provider/preset/endpoints.ts';
import { placeForKey } from '../../provider/preset/key-owner.ts';
import { type Layout, variantLayout } from '../../variant/layout.ts';
import type { VariantRecord } from '../../variant/record.ts';
import { readHeaders } from '../../variant/stored-headers.ts';
import { readKey } from '../../variant/stored-key.ts';
import { helperKey } from './helper-key.ts';
import { type Target, targetOf } from './target.ts';

/** What reading a variant's key takes. */
export interface TargetSurroundings {
  layout: Layout;
  environment: Readonly<Record<string, string | undefined>>;
  signal: AbortSignal;
}

/**
 * A variant as its launcher starts it: the record's variables, those kept from the shell, its key and its
 * headers. Errors: `missing-key` for a key or a header's variable that is not there; `usage` for a cloud,
 * or for a key that belongs to another provider; those of the keyring.
 */
export async function variantTarget(
  record: VariantRecord,
  catalogue: Catalogue,
  around: TargetSurroundings,
): Promise<Target> {
  const { name, provider, env, keepEnv } = record;
  const preset = presetOf(catalogue, provider);
  refuseCloud(name, preset, env);
  const kept = keepEnv.flatMap((variable): [string, string][] => {
    const value = around.environment[variable];
    return value ? [[variable, value]] : [];
  });
  const { key, helper } = await keyOf(record, around);
  const variables: Record<string, string | undefined> = {
    ...env,
    ...(key !== null && record.key && 'variable' in record.key && { [record.key.variable]: key }),
    ...Object.fromEntries(kept),
  };
  const address = variables['ANTHROPIC_BASE_URL'] || null;
  const sent = key ?? helper;
  // The variable or helper may give another key than the one that was checked.
  if (sent !== null && preset !== null) {
    placeForKey(preset, address === null ? {} : { baseUrl: address }, sent, catalogue);
  }
  return targetOf({
    variant: name,
    provider,
    name: preset?.name ?? provider,
    variables,
    helperKey: helper,
    headers: [
      // The launcher adds the variant's own to those of a variable that is kept.
      ...parseHeaders(variables[headersVariable] ?? ''),
      ...(await headersOf(record, around)),
    ],
    login: record.key === null && (preset === null || preset.auth.type === 'login'),
    preset,
    endpoint: preset === null ? null : endpointAt(preset, address),
  });
}

/** The endpoint of a preset with an address; null: it has none. */
export function endpointAt(preset: Preset, address: string | null): ChosenEndpoint | null {
  if (address === null) return preset.baseUrl === null ? chooseEndpoint(preset, {}) : null;
  return isAddressOf(preset, address) ? chooseEndpoint(preset, { baseUrl: address }) : null;
}

function presetOf(catalogue: Catalogue, id: string): Preset | null {
  try {
    return findPreset(catalogue, id).preset;
  } catch (error) {
    if (error instanceof CcMirrorError) return null;
    throw error;
  }
}

/** Error: `usage` for a cloud. */
export function refuseCloud(
  name: string,
  preset: Pick<Preset, 'auth'> | null,
  env: Readonly<Record<string, string>>,
): void {
  if (!isCloud(preset, env)) return;
  throw new CcMirrorError(
    'usage',
    `${name} uses a cloud, which is asked with the credentials of the cloud's own tools, and not with a key.`,
    "Test it with those tools, or start a session of the variant: --print 'Say ok.'",
  );
}

/** Whether requests go to a cloud, in its own format. */
export function isCloud(
  preset: Pick<Preset, 'auth'> | null,
  env: Readonly<Record<string, string>>,
): boolean {
  const clouds = ['BEDROCK', 'VERTEX', 'FOUNDRY'].map((cloud) => `CLAUDE_CODE_USE_${cloud}`);
  return preset?.auth.type === 'cloud' || clouds.some((variable) => env[variable]);
}

async function keyOf(
  record: VariantRecord,
  { layout, environment, signal }: TargetSurroundings,
): Promise<{ key: string | null; helper: string | null }> {
  const { name, key } = record;
  const places = variantLayout(layout, name);
  switch (key?.store) {
    case undefined:
      return { key: null, helper: null };
    case 'file':
      return { key: await present(readKey(record, places), places.secrets, name), helper: null };
    case 'keyring': {
      const value = await present(readKey(record, places), 'the keyring', name);
      return { key: null, helper: value };
    }
    case 'env': {
      const value = Promise.resolve(environment[key.from]?.trim() || null);
      return { key: await present(value, `the variable ${key.from}`, name), helper: null };
    }
    case 'helper': {
      const result = await helperKey(key.command, { environment, signal });
      if ('key' in result) return { key: null, helper: result.key };
      throw new CcMirrorError(
        'missing-key',
        `${name}: the key helper ${result.problem}.`,
        `Run it by hand: ${key.command}`,
      );
    }
  }
}

async function present(
  reading: Promise<string | null>,
  place: string,
  name: string,
): Promise<string> {
  const value = await reading;
  if (value) return value;
  throw new CcMirrorError(
    'missing-key',
    `${name}: there is no key in ${place}.`,
    `Set it, or run: cc-mirror update ${name} --key-store file --api-key-stdin`,
  );
}

async function headersOf(
  { name, choices }: VariantRecord,
  { layout, environment }: TargetSurroundings,
): Promise<Header[]> {
  const stored = readHeaders(variantLayout(layout, name));
  return Object.entries(choices.headers).flatMap(([header, written]): Header[] => {
    if (written === null) return stored.filter((one) => one.name === header);
    return [{ name: header, value: fromShell(header, written, environment) }];
  });
}

/** A header's value with the variables of the shell in it. Error: `missing-key`. */
export function fromShell(
  header: string,
  written: string,
  environment: TargetSurroundings['environment'],
): string {
  return variablesIn(written).reduce((value, variable) => {
    const own = environment[variable]?.trim();
    if (own) return value.replaceAll(`\${${variable}}`, own);
    throw new CcMirrorError(
      'missing-key',
      `The header ${header} needs the variable ${variable}, which is not set in this shell.`,
      `Set ${variable}, then run the command again.`,
    );
  }, written);
}
