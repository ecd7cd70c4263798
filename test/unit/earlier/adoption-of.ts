import { readFile } from 'node:fs/promises';
import { beforeEach } from 'vitest';
import { headOf } from '../../../src/disk/read.ts';
import { CcMirrorError } from '../../../src/errors.ts';
import { type Adoption, type AdoptionInput, adoptionOf } from '../../../src/earlier/adoption.ts';
import { readEarlier } from '../../../src/earlier/variant.ts';
import { loadCatalogue, shippedPresets } from '../../../src/provider/catalogue.ts';
import { type Layout, layoutOf, variantLayout } from '../../../src/variant/layout.ts';
import {
  type EarlierOptions,
  earlierEnv,
  writeEarlierVariant,
} from '../../support/earlier-variant.ts';
import { temporaryFolder } from '../../support/folder.ts';

export let layout: Layout;

beforeEach(async () => {
  const userHome = temporaryFolder();
  layout = layoutOf({ environment: {}, userHome, platform: 'linux' });
});

export type Options = Partial<EarlierOptions>;

/** The input for an earlier variant that is created here. */
export async function inputOf(
  options: Options = {},
  wanted: AdoptionInput['wanted'] = {},
): Promise<AdoptionInput> {
  const whole = { home: layout.home, bin: layout.bin, name: 'one', ...options };
  const launcher = await writeEarlierVariant(whole);
  const places = variantLayout(layout, whole.name);
  const earlier = readEarlier(places.folder);
  if (earlier === null) throw new Error('the fixture is not an earlier variant');
  return {
    earlier,
    config: places.config,
    settings: { path: places.settings, text: await readFile(places.settings, 'utf8') },
    launcher: { path: launcher, text: headOf(launcher) },
    platform: layout.platform,
    catalogue: loadCatalogue({ shipped: shippedPresets, user: null }),
    wanted,
  };
}

export async function adopt(
  options: Options = {},
  wanted: AdoptionInput['wanted'] = {},
): Promise<Adoption> {
  return adoptionOf(await inputOf(options, wanted));
}

/** The shape's own `env` with changes; undefined removes an entry. */
export function env(changes: object, options: Options = {}): object {
  const whole = { home: layout.home, bin: layout.bin, name: 'one', ...options };
  return { ...earlierEnv(whole), ...changes };
}

export async function refusal(
  options: Options,
  wanted: AdoptionInput['wanted'] = {},
): Promise<CcMirrorError> {
  const input = await inputOf(options, wanted);
  try {
    adoptionOf(input);
  } catch (error) {
    if (error instanceof CcMirrorError) return error;
    throw error;
  }
  throw new Error('it was not refused');
}
