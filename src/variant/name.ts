import { CcMirrorError } from '../errors.ts';
import { mayBeKey } from '../provider/key-stores.ts';

/**
 * Folders of the home, commands and versions; what packs write in a project's `.cc-mirror`, which is
 * this home where the project is the user's own home; and device names that Windows reserves.
 */
const reserved = new Set(
  'bin providers store tmp claude cc-mirror latest installed auto notes router plan.md'.split(' '),
);
const devices = /^(con|prn|aux|nul|com\d|lpt\d)(\..*)?$/i;

/**
 * Checks a variant's name, which is a folder's, a command's and part of a task list's name.
 * Error: `invalid-name`, with the rule that it breaks.
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

/** What is wrong with a name, in a sentence; null where nothing is. */
export function nameProblem(name: string): string | null {
  if (name.split(/\s/).some(mayBeKey))
    return "What reads as an API key cannot be a variant's name.";
  const rule = brokenRule(name);
  return rule && `${JSON.stringify(name)} cannot be a variant's name: ${rule}.`;
}

function brokenRule(name: string): string | null {
  if (name === '') return 'it is empty';
  if (name.length > 64) return 'it is longer than 64 characters';
  if (!/^[A-Za-z0-9._-]+$/.test(name)) {
    return 'it may hold only letters, digits, dots, underscores and hyphens';
  }
  if (/^[.-]/.test(name)) return 'it begins with a dot or a hyphen';
  // `probe` and `inspect` take a name or a version.
  if (/^\d+\.\d+\.\d+/.test(name)) return 'it reads as a version';
  if (name.endsWith('.')) return 'it ends with a dot';
  if (reserved.has(name.toLowerCase()) || devices.test(name)) return 'it is reserved';
  return null;
}
