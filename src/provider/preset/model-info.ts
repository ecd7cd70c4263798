import type { Models, Tier } from '../models.ts';
import { tiers } from '../models.ts';
import type { Preset } from './schema.ts';

type Known = Pick<Preset, 'modelInfo' | 'customModel'>;

/** The variables of the names that /model shows for the tiers, where the preset knows the models. */
export function nameVariables(
  models: Readonly<Models>,
  { modelInfo }: Known,
): Record<string, string> {
  const named = (variable: string, id: string | undefined): [string, string][] => {
    const { name, description } = infoOf(modelInfo, id) ?? {};
    return [
      ...(name === undefined ? [] : [[`${variable}_NAME`, name] as [string, string]]),
      ...(description === undefined
        ? []
        : [[`${variable}_DESCRIPTION`, description] as [string, string]]),
    ];
  };
  const variableOf = (tier: Tier | 'fable'): string =>
    `ANTHROPIC_DEFAULT_${tier.toUpperCase()}_MODEL`;
  return Object.fromEntries([
    ...tiers.flatMap((tier) => named(variableOf(tier), models[tier])),
    ...named(variableOf('fable'), models.opus),
  ]);
}

/** The variables of a further model that /model offers. */
export function customModelVariables({ customModel }: Known): Record<string, string> {
  if (customModel === undefined) return {};
  const { id, name, description } = customModel;
  const variable = 'ANTHROPIC_CUSTOM_MODEL_OPTION';
  return {
    [variable]: id,
    ...(name !== undefined && { [`${variable}_NAME`]: name }),
    ...(description !== undefined && { [`${variable}_DESCRIPTION`]: description }),
  };
}

/** What a model is taken for whose window nobody stated: builds assume this or, in 2.1.332, a million. */
const assumed = 200_000;

/**
 * The variables that tell a build the size of models that it does not know: that of the smallest of
 * those in use, so that no request is too long for any. CLAUDE_CODE_MAX_CONTEXT_TOKENS counts for ids
 * without `[1m]` that do not begin with `claude-`, for all of them; beside them a model whose size
 * nobody stated counts as 200,000. CLAUDE_CODE_AUTO_COMPACT_WINDOW (100000 to 1000000) counts for every
 * model, and is set where all are known.
 */
export function contextVariables(
  models: Readonly<Models>,
  { modelInfo }: Known,
): Record<string, string> {
  const ids = [...new Set(Object.values(models))];
  const infos = ids.map((id) => infoOf(modelInfo, id));
  const sized = ids.filter((id) => !/^claude-/i.test(id) && !/\[1m\]$/i.test(id));
  const stated = sized.flatMap((id) => infoOf(modelInfo, id)?.context ?? []);
  const unstated = stated.length < sized.length ? [assumed] : [];
  const window = Math.min(...stated, ...unstated);
  const starts = infos.flatMap((info) => info?.compactAt ?? info?.context ?? []);
  const compact = Math.min(...starts, 1_000_000);
  return {
    ...(stated.length > 0 && {
      CLAUDE_CODE_MAX_CONTEXT_TOKENS: String(window),
    }),
    ...(ids.length > 0 &&
      starts.length === ids.length &&
      compact >= 100_000 && {
        CLAUDE_CODE_AUTO_COMPACT_WINDOW: String(compact),
      }),
  };
}

function infoOf(
  known: Preset['modelInfo'],
  id: string | undefined,
): Preset['modelInfo'][string] | undefined {
  return id !== undefined && Object.hasOwn(known, id) ? known[id] : undefined;
}
