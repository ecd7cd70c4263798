import { isModel, isProbed } from '../../claude-variables.ts';
import { CcMirrorError } from '../../errors.ts';
import { modelVariable, tiers } from '../../provider/models.ts';
import { isVariableName, ownedVariables } from '../../provider/variables.ts';
import { type Choices, defaultChoices } from '../../variant/record.ts';

/** What the user asked for of a variant's choices; what is left out keeps its value. */
export interface ChoicesAsked {
  source?: Choices['source'] | undefined;
  region?: string | undefined;
  plan?: string | undefined;
  baseUrl?: string | undefined;
  auth?: Choices['auth'];
  models?: Choices['models'];
  env?: Record<string, string>;
  /** Variables that the launcher sets no more, those of the preset too. */
  unsetEnv?: readonly string[] | undefined;
  /** Options to take back, each checked by `checkedBack`. */
  defaults?: readonly string[] | undefined;
  tasks?: boolean | undefined;
  teams?: boolean | undefined;
  flip?: Choices['flip'] | undefined;
  /** Packs, each by the id of a shipped one or by folder. */
  skills?: string[] | undefined;
  rules?: boolean | undefined;
}

type Back = (choices: Choices) => Choices;

const same: Back = (choices) => choices;

function leaving(name: 'auth' | 'baseUrl' | 'plan' | 'region'): Back {
  return (choices) => {
    const { [name]: _, ...others } = choices;
    return others;
  };
}

const kinds = ['default', ...tiers] as const;
type Kind = (typeof kinds)[number];

/** How each option is taken back, so that the preset or cc-mirror decides again. */
const backs: Readonly<Record<string, Back>> = {
  ...Object.fromEntries(
    kinds.map((kind): [string, Back] => [modelOption(kind), (of) => withoutModel(of, kind)]),
  ),
  'base-url': leaving('baseUrl'),
  region: leaving('region'),
  plan: leaving('plan'),
  auth: leaving('auth'),
  env: (choices) => ({ ...choices, env: {}, withoutEnv: [] }),
  tasks: (choices) => ({ ...choices, tasks: defaultChoices.tasks }),
  teams: (choices) => ({ ...choices, teams: defaultChoices.teams }),
  flip: (choices) => ({ ...choices, flip: defaultChoices.flip }),
  skills: (choices) => ({ ...choices, skills: defaultChoices.skills }),
  rules: (choices) => ({ ...choices, rules: defaultChoices.rules }),
  'claude-version': (choices) => ({ ...choices, source: defaultChoices.source }),
  // Kept beside the choices.
  'keep-env': same,
};

/** The option of a model, without its dashes. */
export function modelOption(kind: Kind): string {
  return kind === 'default' ? 'model' : `model-${kind}`;
}

/**
 * The choices as asked for, on top of the current ones. Error: `usage` for an option that is given and
 * taken back at once, and for a variable that cannot be unset.
 */
export function mergeChoices(asked: ChoicesAsked, current: Choices): Choices {
  refuseBoth(asked);
  const start = (asked.defaults ?? []).reduce(goBack, current);
  // An endpoint is chosen by its region and plan, or by its address; the later choice counts.
  const placed = asked.region !== undefined || asked.plan !== undefined;
  const moved = asked.baseUrl !== undefined;
  const baseUrl = asked.baseUrl ?? (placed ? undefined : start.baseUrl);
  const region = asked.region ?? (moved ? undefined : start.region);
  const plan = asked.plan ?? (moved ? undefined : start.plan);
  const auth = asked.auth ?? start.auth;
  const unset = asked.unsetEnv ?? [];
  // A model that is given counts, and no variable of before in its place.
  const models = givenModels(asked).map((kind): string => modelVariable[kind]);
  const before = without(start.env, [...unset, ...models]);
  const env = { ...before, ...asked.env };
  const left = start.withoutEnv.filter((name) => !(name in env) && !models.includes(name));
  return {
    source: asked.source ?? start.source,
    ...(region !== undefined && { region }),
    ...(plan !== undefined && { plan }),
    ...(baseUrl !== undefined && { baseUrl }),
    ...(auth !== undefined && { auth }),
    models: { ...start.models, ...asked.models },
    env,
    headers: start.headers,
    withoutEnv: [...new Set([...left, ...unset])],
    tasks: asked.tasks ?? start.tasks,
    teams: asked.teams ?? start.teams,
    flip: asked.flip ?? start.flip,
    skills: asked.skills ?? start.skills,
    rules: asked.rules ?? start.rules,
  };
}

/**
 * The choices that stay when a variant changes its provider, and what falls back with the old one:
 * addresses, models, headers, and variables that name its models, its services or its parameters.
 */
export function choicesElsewhere(
  choices: Choices,
  parameters: readonly { name: string }[],
): { choices: Choices; dropped: string[] } {
  const { region, plan, baseUrl, auth, models, headers, env, withoutEnv, ...kept } = choices;
  const names = parameters.map(({ name }) => name);
  const theirs = (name: string): boolean => names.includes(name) || ofProvider(name);
  const envDropped = Object.keys(env).filter(theirs);
  const chosen = { region, plan, 'base-url': baseUrl, auth };
  return {
    choices: {
      ...kept,
      models: {},
      headers: {},
      env: without(env, envDropped),
      withoutEnv: withoutEnv.filter((name) => !theirs(name)),
    },
    dropped: [
      ...Object.entries(chosen).flatMap(([option, value]) =>
        value === undefined ? [] : [`${option} ${value}`],
      ),
      ...kinds.flatMap((kind) => {
        const model = models[kind];
        return model === undefined ? [] : [`${modelOption(kind)} ${model}`];
      }),
      ...envDropped.map((name) => `env ${name}`),
      ...Object.keys(headers).map((name) => `header ${name}`),
    ],
  };
}

/** Whether a variable says who answers, who pays, which model is asked or how large it is. */
function ofProvider(variable: string): boolean {
  const name = variable.toUpperCase();
  return isProbed(name) === false || isModel(name) || windows.has(name);
}

const windows: ReadonlySet<string> = new Set([
  'CLAUDE_CODE_AUTO_COMPACT_WINDOW',
  'CLAUDE_CODE_MAX_CONTEXT_TOKENS',
]);

/** Checks the names of options to take back. Error: `usage`. */
export function checkedBack(names: readonly string[]): string[] {
  for (const name of names) {
    if (Object.hasOwn(backs, name)) continue;
    if (name.startsWith('env:') && isVariableName(name.slice(4))) continue;
    throw new CcMirrorError(
      'usage',
      `--default: there is no option ${JSON.stringify(name)} to take back.`,
      `Give ${Object.keys(backs).join(', ')} or env:NAME.`,
    );
  }
  return [...new Set(names)];
}

/** Checks the names of variables that launchers set no more. Error: `usage`. */
export function checkedUnset(names: readonly string[]): string[] {
  for (const name of names) {
    const instead = ownedVariables.get(name);
    if (isVariableName(name) && instead === undefined) continue;
    throw new CcMirrorError(
      'usage',
      instead === undefined
        ? `--unset-env: ${JSON.stringify(name)} is not a variable name.`
        : `--unset-env ${name}: cc-mirror sets this variable.`,
      instead ?? 'Give the name alone, with letters, digits and underscores.',
    );
  }
  return [...new Set(names)];
}

function goBack(choices: Choices, name: string): Choices {
  const variable = name.startsWith('env:') ? name.slice(4) : null;
  if (variable !== null) return withoutVariable(choices, variable);
  return (backs[name] ?? same)(choices);
}

function withoutModel(choices: Choices, kind: Kind): Choices {
  const { [kind]: _, ...models } = choices.models;
  return withoutVariable({ ...choices, models }, modelVariable[kind]);
}

function withoutVariable(choices: Choices, variable: string): Choices {
  return {
    ...choices,
    env: without(choices.env, [variable]),
    withoutEnv: choices.withoutEnv.filter((name) => name !== variable),
  };
}

function without(
  env: Readonly<Record<string, string>>,
  names: readonly string[],
): Record<string, string> {
  return Object.fromEntries(Object.entries(env).filter(([name]) => !names.includes(name)));
}

function givenModels({ models = {} }: ChoicesAsked): Kind[] {
  return kinds.filter((kind) => models[kind] !== undefined);
}

/** The options that were given, by the names that `--default` has for them, and as they are typed. */
export function givenOptions(asked: ChoicesAsked): string[] {
  const { source, region, plan, auth, tasks, teams, flip, skills, rules } = asked;
  const single = {
    region,
    plan,
    'base-url': asked.baseUrl,
    auth,
    tasks,
    teams,
    flip,
    skills,
    rules,
  };
  return [
    ...givenModels(asked).map(modelOption),
    ...Object.entries(single).flatMap(([name, value]) => (value === undefined ? [] : [name])),
    ...(source === undefined ? [] : ['claude-version']),
    ...Object.keys(asked.env ?? {}).map((name) => `env:${name}`),
  ];
}

/** Error: `usage`. */
function refuseBoth(asked: ChoicesAsked): void {
  const given = givenOptions(asked);
  const unset = (asked.unsetEnv ?? []).map((name) => `env:${name}`);
  const back = asked.defaults ?? [];
  const [twice] = [
    ...back.filter((name) => [...given, ...unset].includes(name)),
    ...unset.filter((name) => given.includes(name)),
  ];
  if (twice === undefined) return;
  throw new CcMirrorError(
    'usage',
    `${twice.startsWith('env:') ? twice.slice(4) : `--${twice}`} is set and taken back at once.`,
    'Give one of the two.',
  );
}
