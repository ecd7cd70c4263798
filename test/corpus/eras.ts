import type { CapabilityLine, Line, Platform } from './line.ts';

/** Neighbouring builds of one shape. */
export interface Era {
  first: Line;
  last: Line;
  lines: readonly Line[];
}

/** The lines that one machine could run, in order: JavaScript builds and those of its platform. */
export function linesFor(platform: Platform, lines: readonly Line[]): Line[] {
  return lines.filter((line) => line.platform === 'any' || line.platform === platform);
}

/** Lines in order of version, as runs of one shape. */
export function erasOf(lines: readonly Line[]): Era[] {
  return runsOf(lines, shapeOf).map(({ first, last, members }) => ({
    first,
    last,
    lines: members,
  }));
}

/**
 * One version for each boundary that is not exact yet: in the middle of the published ones between
 * two neighbouring lines that differ in shape. None is left when every boundary lies between two
 * releases that follow each other. `lines` are in order of version.
 */
export function versionsBetween(lines: readonly Line[], published: readonly string[]): string[] {
  return lines.flatMap((line, index) => {
    const next = lines[index + 1];
    if (!next || shapeOf(line) === shapeOf(next)) return [];
    const [from, to] = [line, next].map(({ version }) => published.indexOf(version));
    if (from === undefined || to === undefined || from < 0 || to - from < 2) return [];
    return published[Math.floor((from + to) / 2)] ?? [];
  });
}

/** Neighbouring items with the same key, as runs. */
export function runsOf<T>(
  items: readonly T[],
  keyOf: (item: T) => string,
): { first: T; last: T; members: T[] }[] {
  const runs: { key: string; first: T; last: T; members: T[] }[] = [];
  for (const item of items) {
    const run = runs.at(-1);
    const key = keyOf(item);
    if (run?.key === key) {
      run.members.push(item);
      run.last = item;
    } else runs.push({ key, first: item, last: item, members: [item] });
  }
  return runs;
}

/** What neighbouring builds are compared by. */
function shapeOf({ layout, tasks, teams }: Line): string {
  const shape = ({ verdict, by, stock, built }: CapabilityLine) => [verdict, by, stock, built];
  return JSON.stringify([layout, shape(tasks), shape(teams)]);
}
