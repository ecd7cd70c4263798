import { describeFailure } from '../errors.ts';

/** What is looked at, in the order of the report. */
export type CheckName =
  | 'record'
  | 'launcher'
  | 'path'
  | 'bundle'
  | 'store'
  | 'rollback'
  | 'gates'
  | 'configuration'
  | 'updater'
  | 'key'
  | 'packs'
  | 'rules'
  | 'version'
  | 'project'
  | 'daemon'
  | 'leftovers'
  | 'probe'
  | 'repair'
  | 'home'
  | 'machine';

/**
 * How a finding can be put right: the variant installed anew at the version that it has, a file or
 * folder made private, something of ours that is of no use any more taken away, a bundle of the
 * store dropped, variant.json made anew, or what commands that were cut off have left swept together,
 * and set aside where it can be neither finished nor undone.
 */
export type Fix =
  | {
      kind: 'reinstall';
      /** A file whose content is not what it should be. */
      damaged?: string;
    }
  | { kind: 'mode'; path: string; mode: number }
  | { kind: 'remove'; path: string }
  | { kind: 'drop'; folder: string }
  | { kind: 'sweep' }
  | { kind: 'record' };

/** One thing that was looked at. */
export interface Finding {
  check: CheckName;
  level: 'ok' | 'warning' | 'error';
  message: string;
  /** What to type or do next; null where all is well. */
  next: string | null;
  /** How --fix puts it right; null where only the user can. */
  fix: Fix | null;
}

export function ok(check: CheckName, message: string): Finding {
  return { check, level: 'ok', message, next: null, fix: null };
}

export function warning(
  check: CheckName,
  message: string,
  next: string,
  fix: Fix | null = null,
): Finding {
  return { check, level: 'warning', message, next, fix };
}

export function error(
  check: CheckName,
  message: string,
  next: string,
  fix: Fix | null = null,
): Finding {
  return { check, level: 'error', message, next, fix };
}

/** What is gone, in one sentence, however much it is. Shown are a few. */
export function goneText(paths: readonly string[], what: string): string {
  if (paths.length === 1) return `${paths[0]} is gone`;
  const more = paths.length > shownPaths ? ` and ${paths.length - shownPaths} more` : '';
  return `${paths.length} ${what} are gone: ${paths.slice(0, shownPaths).join(', ')}${more}`;
}

const shownPaths = 3;

/** A failure met on the way, as a finding. What is a bug of ours is thrown on. */
export function failed(check: CheckName, thrown: unknown, level: 'warning' | 'error'): Finding {
  const { code, message, hint } = describeFailure(thrown);
  if (code === 'bug' || code === 'interrupted') throw thrown;
  return {
    check,
    level,
    message,
    next: hint ?? 'Fix it, then run cc-mirror doctor again.',
    fix: null,
  };
}
