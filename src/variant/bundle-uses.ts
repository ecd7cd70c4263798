import type { BundleUse } from '../bundle/store/store-usage.ts';
import { type Layout, variantLayout } from './layout.ts';
import { readPrevious } from './previous.ts';
import { listVariants } from './read-variant.ts';
import type { VariantRecord } from './record.ts';

/** The bundles that the variants of a home run or can roll back to. Errors: see `readPrevious`. */
export function bundleUses(layout: Layout): BundleUse[] {
  return listVariants(layout).flatMap((record) => {
    const before = readPrevious(variantLayout(layout, record.name));
    return [useOf(record, 'now'), ...(before === null ? [] : [useOf(before, 'before')])];
  });
}

function useOf(
  { name, claudeVersion, platform, bundle: { sha256 } }: VariantRecord,
  when: BundleUse['when'],
): BundleUse {
  return { variant: name, version: claudeVersion, platform, sha256, when };
}
