import type { KeyHeader, Preset } from '../provider/preset.ts';
import { tiers } from '../provider/models.ts';
import { type ResolvedProvider, resolveProvider } from '../provider/resolve-provider.ts';
import { toolSearch } from '../provider/tool-search.ts';
import { capabilityVariables, providerPin } from '../provider/variables.ts';
import { selfNamed, updaterOff } from '../variant/owned-values.ts';
import type { Choices } from '../variant/record.ts';

/** What a launcher says, for a variant whose record is lost. */
interface Left {
  variables: Readonly<Record<string, string>>;
  /** The variable that the key goes to, where the launcher sets it. */
  keyVariable: string | undefined;
  /** Variables of the shell that win over those of the launcher. */
  shellFirst: readonly string[];
}

type ChoicesLeft = Pick<Choices, 'auth' | 'models' | 'env'>;

/** Set by launchers whatever the preset is; a value of the user's own replaces these. */
const ofEveryLauncher: Readonly<Record<string, string>> = { ...updaterOff, [providerPin]: '1' };
/** Set by launchers alone: their values are places, which may have changed. */
const ownNames: ReadonlySet<string> = new Set(Object.keys(selfNamed('', '', 'linux')));

/**
 * What of a launcher the user chose: whatever the preset at that address does not explain. Nothing
 * that a launcher sets by itself counts, or it would stay as it is when that changes. Pure.
 */
export function choicesLeft(preset: Preset, baseUrl: string | null, left: Left): ChoicesLeft {
  const { variables } = left;
  const auth = authLeft(preset, left);
  const resolve = (models: Choices['models']): ResolvedProvider =>
    resolveProvider(preset, { auth, models, ...(baseUrl !== null && { baseUrl }) });
  const models = modelsLeft(preset, variables, (given) => resolve(given).env);
  const usual: Readonly<Record<string, string>> = { ...ofEveryLauncher, ...resolve(models).env };
  const chosen = Object.entries(variables).filter(
    ([variable, value]) =>
      (usual[variable] !== value || isToolSearchChosen(variable, left)) &&
      !ownNames.has(variable) &&
      !capabilityVariables.has(variable) &&
      variable !== 'ANTHROPIC_CUSTOM_HEADERS',
  );
  return { ...(auth !== undefined && { auth }), models, env: Object.fromEntries(chosen) };
}

/** Launchers let the shell's value win only where the user named none. */
function isToolSearchChosen(variable: string, { shellFirst }: Left): boolean {
  return variable === toolSearch && !shellFirst.includes(variable);
}

/** The other way to send the key, where the key, or the text in place of one, goes that way. */
function authLeft({ auth }: Preset, { variables, keyVariable }: Left): KeyHeader | undefined {
  if (auth.type === 'login') return undefined;
  const [usual, other, otherKind] =
    auth.type === 'bearer'
      ? (['ANTHROPIC_AUTH_TOKEN', 'ANTHROPIC_API_KEY', 'api-key'] as const)
      : (['ANTHROPIC_API_KEY', 'ANTHROPIC_AUTH_TOKEN', 'bearer'] as const);
  const found = keyVariable ?? [usual, other].find((variable) => variables[variable]);
  return found === other ? otherKind : undefined;
}

/** Each model after the one for everything, which may stand in for it. */
function modelsLeft(
  { requires }: Preset,
  variables: Readonly<Record<string, string>>,
  usual: (models: Choices['models']) => Readonly<Record<string, string>>,
): Choices['models'] {
  let models: Choices['models'] = requires.includes('model')
    ? { default: variables['ANTHROPIC_MODEL'] ?? 'unknown' }
    : {};
  for (const kind of ['default', ...tiers] as const) {
    const variable =
      kind === 'default' ? 'ANTHROPIC_MODEL' : `ANTHROPIC_DEFAULT_${kind.toUpperCase()}_MODEL`;
    const model = variables[variable];
    if (model && usual(models)[variable] !== model) models = { ...models, [kind]: model };
  }
  return models;
}
