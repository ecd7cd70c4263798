import { CcMirrorError } from '../../src/errors.ts';

/** What the registry has: every release, ascending, and the one that is tagged `latest`. */
export interface Published {
  versions: readonly string[];
  latest: string;
}

/** Orders `X.Y.Z` by its three numbers. */
export function compareVersions(a: string, b: string): number {
  const [left, right] = [a, b].map((version) => version.split('.').map(Number));
  for (const [index, number] of (left ?? []).entries()) {
    const difference = number - (right?.[index] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

/**
 * The published versions that a range names: `X.Y.Z`, `latest`, or `FROM..TO` with both ends
 * included. Of a range `FROM..TO` only every `every`-th is taken, always with its first and last.
 *
 * Errors: `usage` for any other text, `no-such-version` where nothing published is named.
 */
export function versionsOf(range: string, { versions, latest }: Published, every = 1): string[] {
  const ends = range.split('..').map((end) => (end === 'latest' ? latest : end));
  const [from, to = from] = ends;
  if (from === undefined || to === undefined || ends.length > 2 || !ends.every(isRelease)) {
    throw new CcMirrorError(
      'usage',
      `${range} is no range of versions.`,
      'Give X.Y.Z, X.Y.Z..X.Y.Z, latest or boundaries.',
    );
  }
  const within = versions.filter(
    (version) => compareVersions(from, version) <= 0 && compareVersions(version, to) <= 0,
  );
  if (within.length === 0) {
    throw new CcMirrorError('no-such-version', `No release of ${range} is published.`);
  }
  return within.filter((_, index) => index % every === 0 || index === within.length - 1);
}

/** Whether a version is a release: three numbers and nothing else. */
export function isRelease(version: string): boolean {
  return /^\d+\.\d+\.\d+$/.test(version);
}
