import type { BundleUse } from '../bundle/store/store-usage.ts';
import { type Layout, variantLayout } from './layout.ts';
import { readPrevious } from './previous.ts';
import { type VariantRecord, listVariants } from './record.ts';

/** The bundles that the variants of a home run, or can go back to. Errors: those of `readPrevious`. */
export async function bundleUses(layout: Layout): Promise<BundleUse[]> {
  const uses: BundleUse[] = [];
  for (const record of await listVariants(layout)) {
    const { previous, record: path } = variantLayout(layout, record.name);
    const before = await readPrevious(previous, path);
    uses.push(useOf(record, 'now'));
    if (before !== null) uses.push(useOf(before.record, 'before'));
  }
  return uses;
}

function useOf(
  { name, claudeVersion, platform, bundle: { sha256 } }: VariantRecord,
  when: BundleUse['when'],
): BundleUse {
  return { variant: name, version: claudeVersion, platform, sha256, when };
}
