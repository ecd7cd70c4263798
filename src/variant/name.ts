import { CcMirrorError } from '../errors.ts';
import { mayBeKey } from '../provider/key-stores.ts';

/**
 * Folders of the home, commands and versions; what packs write into a project's `.cc-mirror`, which
 * is the home of variants if the project is the user's home folder.
 */
const reserved = new Set(
  'bin providers store tmp claude cc-mirror latest installed auto notes router plan.md'.split(' '),
);
/** Device names that Windows reserves. */
const devices = /^(con|prn|aux|nul|com\d|lpt\d)(\..*)?$/i;

/**
 * Checks a variant's name, which also names a folder and a command and is part of the names of task
 * lists. Error: `invalid-name`, with the rule that it breaks.
 */
export function checkName(name: string): void {
  const problem = nameProblem(name);
  if (problem === null) return;
  throw new CcMirrorError(
    'invalid-name',
    problem,
    'Use up to 64 letters, digits, dots, underscores and hyphens, for example: --name mclaude',
  );
}

/** What is wrong with a name, as a sentence; null if it is valid. */
export function nameProblem(name: string): string | null {
  if (name.split(/\s/).some(mayBeKey)) return "A variant's name cannot look like an API key.";
  const rule = brokenRule(name);
  return rule && `${JSON.stringify(name)} cannot be a variant's name: ${rule}.`;
}

function brokenRule(name: string): string | null {
  if (name === '') return 'it is empty';
  if (name.length > 64) return 'it is longer than 64 characters';
  if (!/^[A-Za-z0-9._-]+$/.test(name)) {
    return 'it may contain only letters, digits, dots, underscores and hyphens';
  }
  if (/^[.-]/.test(name)) return 'it begins with a dot or a hyphen';
  // `probe` and `inspect` take a name or a version.
  if (/^\d+\.\d+\.\d+/.test(name)) return 'it looks like a version';
  if (name.endsWith('.')) return 'it ends with a dot';
  if (reserved.has(name.toLowerCase()) || devices.test(name)) return 'it is reserved';
  return null;
}
