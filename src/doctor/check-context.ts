import type { BundleSource } from '../bundle/bundle-source.ts';
import type { Store } from '../bundle/store/store.ts';
import type { CapabilityName, Verdict } from '../gates/types.ts';
import type { VariantLayout } from '../variant/layout.ts';
import type { VariantRecord } from '../variant/record.ts';
import type { Context } from '../home/context.ts';

/** A variant that is looked at, and what the checks of one run share. */
export interface CheckContext {
  record: VariantRecord;
  places: VariantLayout;
  around: Context;
  shared: Shared;
}

/** What is worked out once for all variants of a run. */
export interface Shared {
  store: Store;
  /** The version that a source gives now. */
  versionOf: (source: BundleSource) => Promise<string>;
  /** What a program is like inside, by its path and hash. */
  verdictsOf: (path: string, sha256: string) => Promise<Inside>;
  /** Where a session would be started. */
  folder: string;
}

/** The verdicts on a program's gates, and whether it can be pinned to a provider. */
export type Inside = Record<CapabilityName, GateVerdict> & { pins: boolean };

export interface GateVerdict {
  verdict: Verdict;
  env: Readonly<Record<string, string>> | null;
}

/** The command that repairs what can be repaired. */
export function fixCommand({ record: { name } }: Pick<CheckContext, 'record'>): string {
  return `cc-mirror doctor ${name} --fix`;
}
