import { CcMirrorError } from '../../errors.ts';
import { presetTarget } from '../../live/target/preset-target.ts';
import type { Target } from '../../live/target/target.ts';
import { variantTarget } from '../../live/target/variant-target.ts';
import {
  type Catalogue,
  type CatalogueEntry,
  allPresets,
  findPreset,
} from '../../provider/catalogue.ts';
import { nameProblem } from '../../variant/name.ts';
import {
  type VariantState,
  listVariants,
  madeEarlier,
  notAVariant,
  readVariant,
} from '../../variant/read-variant.ts';
import type { CommandContext } from '../cli/command.ts';
import { wishFrom } from '../input/options.ts';

/**
 * What a name means: a variant, else a preset with the options. Notes go to the user, one of them where
 * both have the name. Errors: `no-such-provider`; `usage` for options beside a variant's name; those of the
 * target.
 */
export async function namedTarget(
  name: string,
  options: object,
  context: CommandContext,
): Promise<Target> {
  const { layout, progress, environment } = context;
  const catalogue = allPresets(layout.providers);
  const state: VariantState =
    nameProblem(name) === null ? readVariant(layout, name) : { kind: 'none' };
  if (state.kind === 'variant') {
    refuseOptions(name, options);
    if (presetNamed(name, catalogue) !== null) {
      progress.note(`${name} is a variant and a provider; the variant is asked`);
    }
    return variantTarget(state.record, catalogue, context);
  }
  const entry = presetNamed(name, catalogue);
  if (entry === null) {
    if (state.kind === 'earlier') throw madeEarlier(name);
    if (state.kind === 'foreign' && state.recorded) throw notAVariant(state);
    throw await neither(name, catalogue, context);
  }
  const wish = await wishFrom(name, { ...options, probe: false }, context);
  const { target, notes } = presetTarget(entry.preset, wish, catalogue, environment);
  for (const note of notes) progress.note(note);
  if (wish.keyWithout) progress.note(`the key: taken without ${wish.keyWithout}`);
  return target;
}

/** A preset whose file is broken is not there for a variant, and an error for everybody else. */
function presetNamed(name: string, catalogue: Catalogue): CatalogueEntry | null {
  try {
    return findPreset(catalogue, name);
  } catch (error) {
    if (error instanceof CcMirrorError && error.code === 'no-such-provider') return null;
    throw error;
  }
}

/** A variant has all of these already. */
function refuseOptions(name: string, options: object): void {
  const given = Object.entries(options).find(([, value]) => value !== undefined);
  if (given === undefined) return;
  const option = given[0].replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
  throw new CcMirrorError(
    'usage',
    `--${option} is for testing a preset, and ${name} is a variant.`,
    `Change the variant with that option first: cc-mirror update ${name}; or test the preset by its id.`,
  );
}

async function neither(
  name: string,
  catalogue: Catalogue,
  { layout }: CommandContext,
): Promise<CcMirrorError> {
  const variants = listVariants(layout).map((record) => record.name);
  const hint = `Known providers: ${catalogue.entries.map(({ preset }) => preset.id).join(', ')}`;
  return new CcMirrorError(
    'no-such-provider',
    `There is no variant and no provider named ${JSON.stringify(name)}.`,
    variants.length > 0 ? `Variants: ${variants.join(', ')}. ${hint}` : hint,
  );
}
