import type { OwnedValues } from './merge.ts';

/** A change to a file or folder as data; transaction/changes.ts turns it into a step. Paths are absolute. */
export type FileChange =
  /** Without a mode, an existing file keeps its own. */
  | { kind: 'write'; path: string; content: Buffer | string; mode?: number }
  /** Also removes the folders below `upTo` that become empty; by default the file's own folder stays. */
  | { kind: 'remove'; path: string; upTo?: string }
  /** Sets our values in a configuration file that others write, too: see `mergeOwned`. */
  | {
      kind: 'merge';
      path: string;
      wanted: OwnedValues;
      before: OwnedValues | null;
      mode: number | null;
    }
  /** Renames a folder. */
  | { kind: 'move'; from: string; to: string };
