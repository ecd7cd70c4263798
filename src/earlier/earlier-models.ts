import { describing } from '../claude-variables.ts';
import { modelVariable } from '../provider/models.ts';

/** The models in `env` of a settings.json, by purpose. */
export interface EarlierModels {
  default: string | null;
  opus: string | null;
  sonnet: string | null;
  haiku: string | null;
  small: string | null;
  subagent: string | null;
}

const variables = {
  ...modelVariable,
  small: 'ANTHROPIC_SMALL_FAST_MODEL',
} as const satisfies Record<keyof EarlierModels, string>;

const described = [
  variables.opus,
  variables.sonnet,
  variables.haiku,
  'ANTHROPIC_CUSTOM_MODEL_OPTION',
];

/** Every variable that names or describes a model. */
export const modelVariables: readonly string[] = [
  ...Object.values(variables),
  ...described.flatMap(describing),
];

export function earlierModels(env: Readonly<Record<string, string>>): EarlierModels {
  const model = (variable: string): string | null => env[variable]?.trim() || null;
  return {
    default: model(variables.default),
    opus: model(variables.opus),
    sonnet: model(variables.sonnet),
    haiku: model(variables.haiku),
    small: model(variables.small),
    subagent: model(variables.subagent),
  };
}

/**
 * The models that versions of the earlier package set by default, by provider. For `ollama` and
 * gateways it had no defaults: the user always named them.
 */
const defaults: Readonly<Record<string, Readonly<Record<'opus' | 'sonnet' | 'haiku', string>>>> = {
  zai: {
    opus: 'glm-4.7 glm-5 glm-5.1 pony-alpha-2',
    sonnet: 'glm-4.7 glm-5 glm-5-turbo pony-alpha-2',
    haiku: 'glm-4.5-air',
  },
  minimax: {
    opus: 'MiniMax-M2.1 MiniMax-M2.5 MiniMax-M2.7',
    sonnet: 'MiniMax-M2.1 MiniMax-M2.5 MiniMax-M2.7',
    haiku: 'MiniMax-M2.1 MiniMax-M2.5 MiniMax-M2.7',
  },
  kimi: {
    opus: 'kimi-for-coding kimi-k2.5 kimi-k2.6',
    sonnet: 'kimi-for-coding kimi-k2.5 kimi-k2.6',
    haiku: 'kimi-for-coding kimi-k2.5 kimi-k2.6',
  },
  nanogpt: {
    opus: 'moonshotai/kimi-k2.5 openai/gpt-5.2',
    sonnet: 'moonshotai/kimi-k2.5 openai/gpt-5.2',
    haiku: 'moonshotai/kimi-k2.5 google/gemini-3-flash-preview',
  },
};

/**
 * Whether the user named any of these models. If not, all are the earlier package's defaults: its
 * tiers, with the opus model as default and for subagents, and the haiku model as the small one.
 */
export function namedByUser(models: EarlierModels, provider: string): boolean {
  const known = defaults[provider];
  const own = (model: string | null, tier: 'opus' | 'sonnet' | 'haiku'): boolean =>
    model !== null && !(known?.[tier].split(' ').includes(model) ?? false);
  const differs = (model: string | null, tier: string | null): boolean =>
    model !== null && model !== tier;
  return (
    own(models.opus, 'opus') ||
    own(models.sonnet, 'sonnet') ||
    own(models.haiku, 'haiku') ||
    differs(models.default, models.opus) ||
    differs(models.small, models.haiku) ||
    differs(models.subagent, models.opus)
  );
}
