import { describeFailure } from '../errors.ts';

/** The names of checks; examine.ts and examine-variant.ts decide their order in the report. */
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
  | 'live'
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

/** The result of one check, as reported. */
export interface Finding {
  check: CheckName;
  level: 'ok' | 'warning' | 'error';
  message: string;
  /** What to type or do next; null if all is well. */
  next: string | null;
  /** How --fix repairs it; null if only the user can. */
  fix: Fix | null;
}

/** What a check returns. */
export type Found = Omit<Finding, 'check'>;

/** Adds the name of the check, and to what --fix can repair the command that does. */
export function reported(check: CheckName, found: readonly Found[], fixCommand: string): Finding[] {
  return found.map((one) => ({ check, ...one, next: one.next ?? (one.fix && fixCommand) }));
}

export function ok(message: string): Found {
  return { level: 'ok', message, next: null, fix: null };
}

/** `then`: how --fix repairs it, or what only the user can do. */
export function warning(message: string, then: Fix | string): Found {
  return problem('warning', message, then);
}

/** As `warning`. */
export function error(message: string, then: Fix | string): Found {
  return problem('error', message, then);
}

function problem(level: Found['level'], message: string, then: Fix | string): Found {
  return typeof then === 'string'
    ? { level, message, next: then, fix: null }
    : { level, message, next: null, fix: then };
}

/** What repairs most problems. */
export const reinstall: Fix = { kind: 'reinstall' };

/** Missing files in one sentence, which names a few of them. */
export function goneText(paths: readonly string[], what: string): string {
  if (paths.length === 1) return `${paths[0]} is gone`;
  const more = paths.length > shownPaths ? ` and ${paths.length - shownPaths} more` : '';
  return `${paths.length} ${what} are gone: ${paths.slice(0, shownPaths).join(', ')}${more}`;
}

const shownPaths = 3;

/** Turns a failure into a finding. Rethrows bugs and interruptions. */
export function failed(thrown: unknown, level: 'warning' | 'error'): Found {
  const { code, message, hint } = describeFailure(thrown);
  if (code === 'bug' || code === 'interrupted') throw thrown;
  return problem(level, message, hint ?? 'Fix it, then run cc-mirror doctor again.');
}
