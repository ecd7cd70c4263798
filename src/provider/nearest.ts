/**
 * The candidate that was most likely meant by `typed`; null if none is within an edit distance of two
 * (one, for words of up to three characters). Swapped neighbours count as one edit.
 */
export function nearest(typed: string, candidates: readonly string[]): string | null {
  let best: string | null = null;
  let least = typed.length <= 3 ? 2 : 3;
  for (const candidate of candidates) {
    const changes = distance(typed, candidate);
    if (changes < least) [best, least] = [candidate, changes];
  }
  return best;
}

function distance(a: string, b: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let row = 1; row <= a.length; row++) {
    const current = [row];
    for (let column = 1; column <= b.length; column++) {
      const same = a[row - 1] === b[column - 1];
      let changes = Math.min(
        at(last, column) + 1,
        at(current, column - 1) + 1,
        at(last, column - 1) + (same ? 0 : 1),
      );
      const swapped = row > 1 && a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1];
      if (swapped) changes = Math.min(changes, at(beforeLast, column - 2) + 1);
      current.push(changes);
    }
    [beforeLast, last] = [last, current];
  }
  return at(last, b.length);
}

function at(row: readonly number[], column: number): number {
  return row[column] ?? Number.POSITIVE_INFINITY;
}
