import { secretVariables } from '../../claude-variables.ts';
import { CcMirrorError } from '../../errors.ts';
import { readNamed, shippedPresets } from '../../provider/catalogue.ts';
import { modelVariable } from '../../provider/models.ts';
import type { Preset } from '../../provider/preset.ts';
import { type ResolvedProvider, resolveProvider } from '../../provider/resolve-provider.ts';
import { readsAsSecret } from '../../provider/variables.ts';
import { table } from '../../ui/table.ts';
import { type Difference, differences } from '../../plan/choices/differences.ts';
import { handEdits } from '../../variant/hand-edits.ts';
import type { Layout } from '../../variant/layout.ts';
import { type Choices, type VariantRecord, defaultChoices } from '../../variant/record.ts';
import { differenceText } from './preview-text.ts';

/** A variable of the launcher. */
interface Value {
  name: string;
  /** null: the preset's, left out. */
  value: string | null;
  /** `preset`, `region`, `plan`, `option`, `cc-mirror`; `hand edit`: in effect after the next update. */
  from: string;
  /** What the preset alone would set; null: nothing. */
  preset: string | null;
}

/** What a variant sets, where each value comes from, and what differs from its preset. */
export interface VariantView {
  region: string | null;
  plan: string | null;
  /** Model ids by what they are for: `default`, the tiers, `subagent`. */
  models: Record<string, Omit<Value, 'name'>>;
  environment: Value[];
  /** Tools that the provider cannot serve, so that settings deny them. */
  deniedTools: string[];
  /** From what the preset alone gives to what the variant has; null: the preset is not usable. */
  differences: Difference[] | null;
  notes: string[];
}

/** Explains a variant by its record and the preset as it is today. */
export function viewOf(record: VariantRecord, layout: Layout): VariantView {
  const resolved = resolvedOf(record, layout);
  const chosen = 'error' in resolved ? null : resolved.chosen;
  const alone = 'error' in resolved ? null : resolved.alone;
  const shared = { record, chosen, alone };
  const left = record.choices.withoutEnv.filter((name) => name in (alone?.env ?? {}));
  const names = new Set([...Object.keys(record.written.env), ...Object.keys(record.env), ...left]);
  const environment = [...names].sort().map((name) => valueOf(name, shared));
  const models = Object.entries(modelVariable).flatMap(([kind, variable]) => {
    const found = environment.find(({ name }) => name === variable);
    if (found === undefined) return [];
    const { name: _, ...value } = found;
    return [[kind, value] as const];
  });
  return {
    region: chosen?.region ?? record.choices.region ?? null,
    plan: chosen?.plan ?? record.choices.plan ?? null,
    models: Object.fromEntries(models),
    environment,
    deniedTools: chosen?.deniedTools ?? [],
    differences: alone && differencesFrom(alone, shared),
    notes: 'error' in resolved ? [resolved.error] : agedNotes(record, resolved.chosen),
  };
}

/** A view as text, below what `variantText` says. */
export function viewText({
  region,
  plan,
  environment,
  deniedTools,
  differences: found,
}: VariantView): string {
  const rows = environment.map(({ name, value, from }) => [
    name,
    value === null ? '(left out)' : value === '' ? '(nothing)' : value,
    from,
  ]);
  const place = [
    ...(region === null ? [] : [['region', region]]),
    ...(plan === null ? [] : [['plan', plan]]),
  ];
  const different = found?.map((one) => `  ${differenceText(one)}`) ?? [];
  return [
    ...(place.length > 0 ? [table(place), ''] : []),
    table([
      ['variable', 'value', 'from'],
      ...rows,
      ...deniedTools.map((tool) => ['permissions.deny', tool, 'preset']),
    ]),
    ...(found === null ? [] : ['']),
    ...(found !== null && different.length === 0 ? ['Nothing differs from the preset.'] : []),
    ...(different.length > 0 ? ['Different from the preset:', ...different] : []),
  ].join('\n');
}

interface Shared {
  record: VariantRecord;
  chosen: ResolvedProvider | null;
  alone: ResolvedProvider | null;
}

/** The provider as chosen, and as the preset alone gives it, with what it has to be given. */
function resolvedOf(
  record: VariantRecord,
  layout: Layout,
): { chosen: ResolvedProvider; alone: ResolvedProvider } | { error: string } {
  try {
    const folders = { shipped: shippedPresets, user: layout.providers };
    const { preset } = readNamed(folders, record.provider);
    const chosen = resolveProvider(preset, record.choices);
    return { chosen, alone: resolveProvider(preset, required(preset, record.choices)) };
  } catch (error) {
    if (!(error instanceof CcMirrorError)) throw error;
    return { error: `where its values come from is not known: ${error.message}` };
  }
}

function required(
  { requires, parameters }: Preset,
  { baseUrl, models, env }: Choices,
): Partial<Choices> {
  const names = parameters.map(({ name }) => name);
  return {
    ...(requires.includes('baseUrl') && { baseUrl }),
    ...(requires.includes('model') && { models }),
    env: Object.fromEntries(Object.entries(env).filter(([name]) => names.includes(name))),
  };
}

function valueOf(name: string, { record, chosen, alone }: Shared): Value {
  const value = record.env[name] ?? null;
  const preset = alone?.env[name] ?? null;
  return {
    name,
    value: shown(name, value, preset),
    from: originOf(name, { record, chosen }),
    preset,
  };
}

function originOf(name: string, { record, chosen }: Pick<Shared, 'record' | 'chosen'>): string {
  const { choices, env, written } = record;
  if (env[name] !== written.env[name]) return 'hand edit';
  if (choices.withoutEnv.includes(name) || name in choices.env) return 'option';
  const origin = chosen?.origins[name];
  if (origin !== undefined) return origin;
  return chosen === null ? 'unknown' : 'cc-mirror';
}

/** A credential that somebody wrote into the record is not repeated. */
function shown(name: string, value: string | null, preset: string | null): string | null {
  if (value === null || value === '' || value === preset) return value;
  return secretVariables.has(name) || readsAsSecret(name, value) ? '(hidden)' : value;
}

function differencesFrom(alone: ResolvedProvider, { record, chosen }: Shared): Difference[] {
  const { provider, key, keepEnv, written } = record;
  const now = handEdits(record);
  const ours = Object.entries(written.env).filter(
    ([name]) => !(name in (chosen?.env ?? {})) && !(name in now.env),
  );
  const env = { ...Object.fromEntries(ours), ...alone.env };
  // A command that prints the key has no variable.
  if (!(alone.keyVariable in written.env)) delete env[alone.keyVariable];
  const seen = Object.fromEntries(
    Object.entries(record.env).map(([name, value]): [string, string] => [
      name,
      shown(name, value, alone.env[name] ?? null) ?? value,
    ]),
  );
  const same = { provider, key };
  const shipped = {
    ...same,
    keepEnv: [],
    written: { baseUrl: alone.baseUrl, env },
    owned: { 'settings.json': { 'permissions.deny': alone.deniedTools } },
    choices: defaultChoices,
  };
  const baseUrl = now.baseUrl ?? chosen?.baseUrl ?? null;
  if (baseUrl !== null) seen['ANTHROPIC_BASE_URL'] = baseUrl;
  const { owned } = record;
  const asItIs = { ...same, keepEnv, written: { baseUrl, env: seen }, owned, choices: now };
  return differences(shipped, asItIs);
}

/** What a preset says today that the launcher does not have yet. */
function agedNotes(
  { name, env, written, choices }: VariantRecord,
  chosen: ResolvedProvider,
): string[] {
  const aged = Object.keys(chosen.env).filter(
    (variable) =>
      variable in written.env &&
      written.env[variable] === env[variable] &&
      written.env[variable] !== chosen.env[variable] &&
      !choices.withoutEnv.includes(variable),
  );
  if (aged.length === 0) return [];
  return [`the preset has changed ${aged.join(', ')}; to follow: cc-mirror update ${name}`];
}
