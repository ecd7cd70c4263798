import { describeFailure } from '../errors.ts';

/** The checks, in the order of the report. */
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
 * How --fix repairs a finding: reinstall the variant at its current version, make a file or folder
 * private, remove something unused, drop a bundle of the store, rebuild variant.json, or sweep up
 * after interrupted commands and set aside what can be neither finished nor undone.
 */
export type Fix =
  | {
      kind: 'reinstall';
      /** A file with the wrong content. */
      damaged?: string;
    }
  | { kind: 'mode'; path: string; mode: number }
  | { kind: 'remove'; path: string }
  | { kind: 'drop'; folder: string }
  | { kind: 'sweep' }
  | { kind: 'record' };

/** The result of one check. */
export interface Finding {
  check: CheckName;
  level: 'ok' | 'warning' | 'error';
  message: string;
  /** What to type or do next; null if all is well. */
  next: string | null;
  /** How --fix repairs it; null if only the user can. */
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

/** Missing files in one sentence, which names a few of them. */
export function goneText(paths: readonly string[], what: string): string {
  if (paths.length === 1) return `${paths[0]} is gone`;
  const more = paths.length > shownPaths ? ` and ${paths.length - shownPaths} more` : '';
  return `${paths.length} ${what} are gone: ${paths.slice(0, shownPaths).join(', ')}${more}`;
}

const shownPaths = 3;

/** Turns a failure into a finding. Rethrows bugs and interruptions. */
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
