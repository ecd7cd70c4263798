import { todays } from '../provider/preset/former.ts';
import { headersVariable } from '../launcher/header-lines.ts';
import { type KeyHeader, type Preset, keyVariableFor } from '../provider/preset.ts';
import { modelVariable, tiers } from '../provider/models.ts';
import { type ResolvedProvider, resolveProvider } from '../provider/resolve-provider.ts';
import { toolSearch } from '../provider/tool-search.ts';
import { capabilityVariables, providerPin } from '../provider/variables.ts';
import { selfNamed, updaterOff } from '../variant/owned-values.ts';
import type { Choices } from '../variant/record.ts';

/** The contents of a launcher, for a variant whose record is lost. */
interface Left {
  variables: Readonly<Record<string, string>>;
  /** The variable in which the launcher sets the key. */
  keyVariable: string | undefined;
  /** Variables of the shell that override the launcher's. */
  shellFirst: readonly string[];
}

type ChoicesLeft = Pick<Choices, 'auth' | 'models' | 'env'>;

/** Set by launchers for every preset; the user's values override these. */
const ofEveryLauncher: Readonly<Record<string, string>> = { ...updaterOff, [providerPin]: '1' };
/** Set by launchers alone, to a name and a path, which may have changed. */
const ownNames: ReadonlySet<string> = new Set(Object.keys(selfNamed('', '', 'linux')));

/**
 * The user's choices in a launcher: what the preset with that address does not explain. Values that
 * launchers set by themselves do not count, as they would be kept when cc-mirror changes them.
 */
export function choicesLeft(preset: Preset, baseUrl: string | null, left: Left): ChoicesLeft {
  const { variables } = left;
  const auth = authLeft(preset, left);
  const names = new Set(preset.parameters.map(({ name }) => name));
  const given = Object.fromEntries(Object.entries(variables).filter(([name]) => names.has(name)));
  const resolve = (models: Choices['models']): ResolvedProvider =>
    resolveProvider(preset, {
      auth,
      models,
      env: given,
      // A cloud's preset takes no address.
      ...(baseUrl !== null && { baseUrl }),
    });
  const models = modelsLeft(preset, variables, (given) => resolve(given).env);
  const usual: Readonly<Record<string, string>> = { ...ofEveryLauncher, ...resolve(models).env };
  const chosen = Object.entries(variables).filter(
    ([variable, value]) =>
      (usual[variable] !== value || isToolSearchChosen(variable, left) || names.has(variable)) &&
      !ownNames.has(variable) &&
      !capabilityVariables.has(variable) &&
      variable !== headersVariable,
  );
  return { ...(auth !== undefined && { auth }), models, env: Object.fromEntries(chosen) };
}

/** The shell's value overrides the launcher's only if the user chose none. */
function isToolSearchChosen(variable: string, { shellFirst }: Left): boolean {
  return variable === toolSearch && !shellFirst.includes(variable);
}

/** The way to send the key, if the key (or the text in place of one) is not sent as the preset says. */
function authLeft({ auth }: Preset, { variables, keyVariable }: Left): KeyHeader | undefined {
  if (auth.type === 'login' || auth.type === 'cloud') return undefined;
  const other = auth.type === 'bearer' ? 'api-key' : 'bearer';
  const [usual, unusual] = [keyVariableFor(auth.type), keyVariableFor(other)];
  const found = keyVariable ?? [usual, unusual].find((variable) => variables[variable]);
  return found === unusual ? other : undefined;
}

/** The default model first, as it stands in for the others. */
function modelsLeft(
  { requires, former }: Preset,
  variables: Readonly<Record<string, string>>,
  usual: (models: Choices['models']) => Readonly<Record<string, string>>,
): Choices['models'] {
  let models: Choices['models'] = requires.includes('model')
    ? { default: variables[modelVariable.default] ?? 'unknown' }
    : {};
  for (const kind of ['default', ...tiers] as const) {
    const variable = modelVariable[kind];
    const model = variables[variable];
    const now = usual(models)[variable];
    // What was the preset's own once is not the user's choice.
    const aged = model && now !== undefined && todays(former, model) === now;
    if (model && now !== model && !aged) models = { ...models, [kind]: model };
  }
  return models;
}
