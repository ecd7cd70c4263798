import type { BundleSource } from '../bundle/bundle-source.ts';
import type { Store } from '../bundle/store/store.ts';
import type { CapabilityAnalysis, CapabilityName } from '../gates/types.ts';
import type { VariantLayout } from '../variant/layout.ts';
import type { VariantRecord } from '../variant/record.ts';
import type { Context } from '../home/context.ts';

/** The variant under examination, and what all checks of a run share. */
export interface CheckContext {
  record: VariantRecord;
  places: VariantLayout;
  around: Context;
  shared: Shared;
}

/** Results that are computed once for all variants of a run. */
export interface Shared {
  store: Store;
  /** The current version of a source. */
  versionOf: (source: BundleSource) => Promise<string>;
  /** The analysis of a program, by its path and hash. */
  verdictsOf: (path: string, sha256: string) => Promise<Inside>;
  /** The folder in which sessions would start. */
  folder: string;
}

/** The verdicts on a program's gates, and whether it can be pinned to a provider. */
export type Inside = Record<CapabilityName, GateVerdict> & { pins: boolean };

export type GateVerdict = Pick<CapabilityAnalysis, 'verdict' | 'env'>;

/** The command that repairs a variant. */
export function fixCommand({ record: { name } }: Pick<CheckContext, 'record'>): string {
  return `cc-mirror doctor ${name} --fix`;
}
