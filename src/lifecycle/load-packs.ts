import { isAbsolute, sep } from 'node:path';
import { CcMirrorError } from '../errors.ts';
import { kindOf } from '../skill/install/target.ts';
import { realPlace } from '../disk/real-paths.ts';
import type { Choices, PackRecord, VariantRecord } from '../variant/record.ts';
import { Definitions } from '../home/sources.ts';
import { type Packs, recordsOf } from '../plan/packs.ts';

/**
 * Loads the packs of the variant in `folder`. Errors: those of `readPack`; `usage` for a pack inside
 * the variant, and for two with a skill or agent of the same name.
 */
export async function loadPacks(
  sources: Choices['skills'],
  current: Pick<VariantRecord, 'packs'> | null,
  folder: string,
  definitions = new Definitions(),
): Promise<Packs> {
  const packs: Packs = { present: [], gone: [] };
  for (const source of new Set(sources)) {
    const before = current?.packs.find((pack) => pack.source === source);
    const gone = isAbsolute(source) && kindOf(source) === 'nothing';
    if (gone && before !== undefined) packs.gone.push(before);
    else packs.present.push(await definitions.pack(outside(source, folder)));
  }
  refuseTwins(recordsOf(packs));
  return packs;
}

/** Refuses a pack inside the variant, whose files would be mistaken for installed ones. */
function outside(source: string, folder: string): string {
  if (!isAbsolute(source)) return source;
  const [real, variant] = [realPlace(source), realPlace(folder)];
  if (real !== variant && !real.startsWith(`${variant}${sep}`)) return source;
  throw new CcMirrorError(
    'usage',
    `${source} is inside the variant, where Claude Code finds it anyway.`,
    'Give a folder elsewhere, as the source of updates.',
  );
}

function refuseTwins(packs: readonly PackRecord[]): void {
  for (const kind of ['skills', 'agents'] as const) {
    const owners = new Map<string, string>();
    for (const pack of packs) {
      for (const name of pack[kind]) {
        const other = owners.get(name);
        owners.set(name, pack.source);
        if (other === undefined) continue;
        throw new CcMirrorError(
          'usage',
          `${other} and ${pack.source} both have ${kind === 'skills' ? 'a skill' : 'an agent'} ${name}.`,
          'Choose one of the two; cc-mirror skills remove NAME PACK removes one.',
        );
      }
    }
  }
}
