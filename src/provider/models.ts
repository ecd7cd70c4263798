/** Claude Code's tiers, each of which a provider can map to a model of its own. */
export const tiers = ['opus', 'sonnet', 'haiku'] as const;

export type Tier = (typeof tiers)[number];

type Kind = 'default' | Tier | 'subagent';

/** Model ids: what a session starts with, the tiers, and what subagents and teammates run on. */
export type Models = { [K in Kind]?: string };

type Given = { readonly [K in Kind]?: string | undefined };

/**
 * The preset's models with the user's on top. On an endpoint that is not Anthropic's, an unmapped
 * tier or subagent would ask for a model id of Anthropic's, so
 * there the default stands in for every gap, and the sonnet tier for subagents once all tiers are
 * mapped. A default of the user's own replaces the preset's tiers too: who asks for one model is
 * not to be billed for another. Tiers without any model to stand in for them stay open.
 */
export function fillModels(preset: Given, chosen: Given, elsewhere: boolean): Models {
  const replaced = elsewhere && named(chosen.default) !== undefined;
  const models: Models = {};
  for (const kind of ['default', ...tiers, 'subagent'] as const) {
    const model = named(chosen[kind]) ?? (replaced ? undefined : preset[kind]);
    if (model !== undefined) models[kind] = model;
  }
  if (!elsewhere) return models;
  if (models.default !== undefined) {
    for (const tier of tiers) models[tier] ??= models.default;
  }
  const forSubagents = models.default ?? models.sonnet;
  if (forSubagents !== undefined && unmappedTiers(models).length === 0) {
    models.subagent ??= forSubagents;
  }
  return models;
}

/** The tiers that have no model of the provider's. */
export function unmappedTiers(models: Readonly<Models>): Tier[] {
  return tiers.filter((tier) => models[tier] === undefined);
}

function named(model: string | undefined): string | undefined {
  const id = model?.trim();
  return id === '' ? undefined : id;
}
