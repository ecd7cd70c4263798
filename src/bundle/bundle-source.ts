import type { Progress } from '../ui/progress.ts';
import type { InstalledSearch } from './installed/find-installed.ts';
import type { Store } from './store/store.ts';

/** Where a variant's Claude Code comes from. */
export type BundleSource =
  | { kind: 'auto' }
  | { kind: 'installed' }
  | { kind: 'latest' }
  | { kind: 'exact'; version: string }
  | { kind: 'path'; path: string };

export interface AcquireOptions {
  store: Store;
  search: InstalledSearch;
  signal: AbortSignal;
  progress: Progress;
  /** This machine's by default. */
  platform?: string | undefined;
  /** Receives the reason if the result is not what the user would expect. */
  onNote?: ((note: string) => void) | undefined;
}
