import { allPresets } from '../../provider/catalogue.ts';
import { shippedPacks } from '../../skill/pack-source.ts';
import { variantLayout } from '../../variant/layout.ts';
import type { CommandContext } from '../cli/command.ts';
import { checkNameFree } from '../make-variant.ts';
import type { Facts } from './question.ts';

/** What the questions look up on this machine. `force`: an existing variant may be recreated. */
export async function factsOf(
  { layout, environment }: Pick<CommandContext, 'layout' | 'environment'>,
  force = false,
): Promise<Facts> {
  return {
    catalogue: allPresets(layout.providers),
    packs: await shippedPacks(),
    environment,
    checkName: (name) => checkNameFree(name, force, { layout, environment }),
    pathsOf: (name) => variantLayout(layout, name),
  };
}
