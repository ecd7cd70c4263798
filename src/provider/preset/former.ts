import { sameAddress } from '../base-url.ts';
import { type Tier, tiers } from '../models.ts';
import type { Preset } from './schema.ts';

/** A value of before, where it is, and what a preset has in its place today. */
export interface Aged {
  option: string;
  from: string;
  to: string;
}

/**
 * What of a user's choices was a preset's own value once and is not any more. Choices stay as they are:
 * this is for saying so.
 */
export function agedChoices(
  { former, baseUrl }: Pick<Preset, 'former' | 'baseUrl'>,
  chosen: {
    baseUrl?: string | undefined;
    models: { readonly [kind in 'default' | Tier]?: string | undefined };
  },
): Aged[] {
  const models = (['default', ...tiers] as const).flatMap((kind): Aged[] => {
    const from = chosen.models[kind];
    const to = from === undefined ? undefined : todays(former, from);
    if (from === undefined || to === undefined) return [];
    return [{ option: kind === 'default' ? '--model' : `--model-${kind}`, from, to }];
  });
  const old = chosen.baseUrl;
  const moved = old !== undefined && former.baseUrls.some((one) => sameAddress(one, old));
  return moved && baseUrl !== null
    ? [...models, { option: '--base-url', from: old, to: baseUrl }]
    : models;
}

/** Today's model in place of one of before; undefined for any other. */
export function todays({ models }: Preset['former'], model: string): string | undefined {
  const plain = model.replace(/\[1m\]$/i, '');
  return [model, plain].flatMap((id) => (Object.hasOwn(models, id) ? (models[id] ?? []) : []))[0];
}
