import { chooseEndpoint } from '../../provider/preset/endpoints.ts';
import type { Preset } from '../../provider/preset.ts';
import { type Tier, tiers } from '../../provider/models.ts';
import { checkOption } from '../input/options.ts';
import { presetOf } from './provider-questions.ts';
import { type Choice, type Facts, type Options, type Question, one } from './question.ts';

const optionOf = { opus: 'modelOpus', sonnet: 'modelSonnet', haiku: 'modelHaiku' } as const;

/** The provider's models, or the user's. */
export const modelQuestions: readonly Question[] = [
  {
    id: 'models',
    ask(options, facts) {
      const { group } = presetOf(options, facts);
      if (group === 'anthropic' || modelsGiven(options) || options.modelsFrom) return null;
      const choices: Choice[] = [
        ...presetChoice(options, facts),
        { value: 'one', label: 'One model for everything' },
        { value: 'tiers', label: 'One for each of opus, sonnet and haiku' },
      ];
      return { kind: 'list', message: 'Which models?', choices };
    },
    take(answer) {
      const from = one(answer);
      return { modelsFrom: from === 'one' || from === 'tiers' ? from : 'preset' };
    },
  },
  {
    id: 'model',
    ask({ modelsFrom, model }) {
      if (modelsFrom !== 'one' || model !== undefined) return null;
      return {
        kind: 'text',
        message: 'Id of the model?',
        check: (value) => checkOption('model', value),
      };
    },
    take: (answer) => ({ model: one(answer).trim() }),
  },
  ...tiers.map((tier): Question => ({
    id: `model-${tier}`,
    ask(options, facts) {
      const option = optionOf[tier];
      if (options.modelsFrom !== 'tiers' || options[option] !== undefined) return null;
      return {
        kind: 'text',
        message: `Id of the model for ${tier}?`,
        initial: namedIn(options, facts)[tier],
        check: (value) => checkOption(option, value),
      };
    },
    take: (answer) => ({ [optionOf[tier]]: one(answer).trim() }),
  })),
];

function modelsGiven({ model, modelOpus, modelSonnet, modelHaiku }: Options): boolean {
  return (model ?? modelOpus ?? modelSonnet ?? modelHaiku) !== undefined;
}

function namedIn(options: Options, facts: Facts): Preset['models'] {
  const preset = presetOf(options, facts);
  return chooseEndpoint(preset, options).models ?? preset.models;
}

/** What the variant gets of the preset alone, if that is enough. */
function presetChoice(options: Options, facts: Facts): Choice[] {
  const { requires, modelInfo, anthropicIds } = presetOf(options, facts);
  const named = namedIn(options, facts);
  const shown = (id: string): string => modelInfo[id]?.name ?? id;
  const byModel = new Map<string, Tier[]>();
  for (const tier of tiers) {
    const id = named[tier] ?? named.default;
    if (id !== undefined) byModel.set(id, [...(byModel.get(id) ?? []), tier]);
  }
  if (byModel.size > 0) {
    const [only] = byModel.keys();
    const label =
      byModel.size === 1 && only !== undefined
        ? shown(only)
        : [...byModel].map(([id, of]) => `${shown(id)} (${of.join(', ')})`).join(', ');
    return [{ value: 'preset', label }];
  }
  if (requires.includes('model')) return [];
  const label = anthropicIds
    ? "Claude's own"
    : "Claude's own model names, if the address knows them";
  return [{ value: 'preset', label }];
}
