import { describing } from '../../claude-variables.ts';
import { modelVariable } from '../../provider/models.ts';
import { changedValues } from '../../variant/hand-edits.ts';
import type { VariantRecord } from '../../variant/record.ts';

/** What differs between two states of a variant: `from` and `to` are null where there is no value. */
export interface Difference {
  /** `provider`, `base URL`, `region`, `model opus`, …; `env NAME` for a variable; `header NAME`. */
  what: string;
  from: string | null;
  to: string | null;
}

/** A state of a variant, as far as it is compared. */
export type Compared = Pick<
  VariantRecord,
  'provider' | 'key' | 'keepEnv' | 'written' | 'owned' | 'choices'
>;

/**
 * What differs between two states of a variant as cc-mirror wrote them, without the version and what
 * was proved. Variables that only name or describe a model go with its line. No key, and of headers the
 * names only.
 */
export function differences(before: Compared, after: Compared): Difference[] {
  const told = [...facts(before).keys()].flatMap((what): Difference[] => {
    const [from = null, to = null] = [facts(before).get(what), facts(after).get(what)];
    return from === to ? [] : [{ what, from, to }];
  });
  const variables = changedValues(before, after)
    .filter(({ name }) => told.length === 0 || !goesAlong.has(name))
    .filter(({ name }) => !hasLine.has(name))
    .map(({ name, from, to }) => ({ what: `env ${name}`, from, to }));
  return [...told, ...variables, ...headerDifferences(before, after)];
}

const modelWords = {
  default: 'model',
  opus: 'model opus',
  sonnet: 'model sonnet',
  haiku: 'model haiku',
  subagent: 'model of workers',
} as const;

const hasLine: ReadonlySet<string> = new Set([
  'ANTHROPIC_BASE_URL',
  ...Object.values(modelVariable),
]);

/** Follow the models. */
const goesAlong: ReadonlySet<string> = new Set(
  [...Object.values(modelVariable), 'ANTHROPIC_DEFAULT_FABLE_MODEL'].flatMap(describing),
);

function facts({
  provider,
  key,
  keepEnv,
  written,
  owned,
  choices,
}: Compared): Map<string, string | null> {
  const { region, plan, auth, source, tasks, teams, flip, skills, rules } = choices;
  const models = Object.entries(modelWords).map(([kind, word]): [string, string | null] => {
    const [, variable] = Object.entries(modelVariable).find(([one]) => one === kind) ?? [];
    return [word, variable === undefined ? null : (written.env[variable] ?? null)];
  });
  const denied = owned['settings.json']?.['permissions.deny'];
  return new Map<string, string | null>([
    ['provider', provider],
    ['base URL', written.env['ANTHROPIC_BASE_URL'] ?? written.baseUrl],
    ['region', region ?? null],
    ['plan', plan ?? null],
    ['auth', auth ?? null],
    ...models,
    ['denied tools', Array.isArray(denied) ? denied.map(String).join(', ') || null : null],
    ['key', key && key.store],
    ['kept variables', keepEnv.join(', ') || null],
    ['follows', sourceText(source)],
    ['tasks', tasks ? 'wanted' : asBuilt],
    ['teams', teams ? 'wanted' : asBuilt],
    ['flip', flip],
    ['packs', skills.join(', ') || null],
    ['rules', rules ? 'on' : 'off'],
  ]);
}

const asBuilt = 'as the build has them';

function sourceText(source: VariantRecord['choices']['source']): string {
  if (source.kind === 'exact') return source.version;
  return source.kind === 'path' ? source.path : source.kind;
}

function headerDifferences(before: Compared, after: Compared): Difference[] {
  const [was, is] = [before.choices.headers, after.choices.headers];
  return [...new Set([...Object.keys(was), ...Object.keys(is)])].flatMap((name) => {
    if (name in was && name in is) return [];
    const sent = (headers: object): string | null => (name in headers ? 'sent' : null);
    return [{ what: `header ${name}`, from: sent(was), to: sent(is) }];
  });
}
