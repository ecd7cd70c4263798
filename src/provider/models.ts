/** Claude Code's tiers, which a provider can map to its own models. */
export const tiers = ['opus', 'sonnet', 'haiku'] as const;

export type Tier = (typeof tiers)[number];

/** The variables by which Claude Code takes model ids. */
export const modelVariable = {
  default: 'ANTHROPIC_MODEL',
  opus: 'ANTHROPIC_DEFAULT_OPUS_MODEL',
  sonnet: 'ANTHROPIC_DEFAULT_SONNET_MODEL',
  haiku: 'ANTHROPIC_DEFAULT_HAIKU_MODEL',
  subagent: 'CLAUDE_CODE_SUBAGENT_MODEL',
} as const;

type Kind = keyof typeof modelVariable;

/** Model ids: the one that a session starts with, the tiers, and that of subagents and teammates. */
export type Models = { [K in Kind]?: string };

type Given = { readonly [K in Kind]?: string | undefined };

/**
 * The preset's models, overridden by the user's. At an address that is not Anthropic's (`elsewhere`)
 * an unmapped tier would ask for one of Anthropic's models, so the default fills every gap. A default
 * that the user chose also replaces the preset's tiers, so that nobody is billed for another model.
 * Tiers that nothing can fill stay unmapped.
 *
 * Subagents and teammates get a model of their own only where the preset states one: theirs replaces
 * the model that a worker is asked for by tier. With all tiers mapped and a model for the session, they
 * ask for mapped models only (2.1.112 and 2.1.332, teammates in panes and in-process, too).
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
  return models;
}

/** The tiers without a model of the provider's. */
export function unmappedTiers(models: Readonly<Models>): Tier[] {
  return tiers.filter((tier) => models[tier] === undefined);
}

function named(model: string | undefined): string | undefined {
  const id = model?.trim();
  return id === '' ? undefined : id;
}
