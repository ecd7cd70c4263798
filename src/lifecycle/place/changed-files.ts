import { mergeOwned } from '../../config/merge.ts';
import type { MergeStep, Step } from '../../transaction/step.ts';

/** A file, or a folder of a bundle, that a command would change. */
export interface ChangedFile {
  path: string;
  change: 'create' | 'replace' | 'remove';
  /** The keys of ours that would change, by path, in a configuration file that others write, too. */
  keys?: string[];
}

/** What steps would change, in their order. */
export function changedFiles(steps: readonly Step[]): ChangedFile[] {
  return steps.map((step) => {
    switch (step.kind) {
      case 'move':
        return { path: step.to, change: 'create' };
      case 'file':
        return { path: step.path, change: changeOf(step.before, step.after) };
      case 'merge': {
        const change = step.saved?.text == null ? 'create' : 'replace';
        return { path: step.path, change, keys: changedKeys(step) };
      }
    }
  });
}

function changeOf(before: unknown, after: unknown): ChangedFile['change'] {
  if (before === null) return 'create';
  return after === null ? 'remove' : 'replace';
}

function changedKeys({ path, wanted, before, saved }: MergeStep): string[] {
  const text = saved?.text ?? null;
  const keys = new Set([...Object.keys(wanted), ...Object.keys(before ?? {})]);
  return [...keys].filter((key) => {
    const only = (values: MergeStep['wanted'] | null): MergeStep['wanted'] =>
      values !== null && key in values ? { [key]: values[key] ?? null } : {};
    return mergeOwned(text, only(wanted), before && only(before), path) !== (text ?? '');
  });
}
