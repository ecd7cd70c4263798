import { explained, sameMutant } from './explained.ts';
import type { Mutant } from './mutate.ts';

export type Outcome = 'killed' | 'timed out' | 'survived';

/** Prints a table by room. Returns the share of survivors that nothing explains. */
export function printReport(outcomes: readonly [Mutant, Outcome][]): number {
  const roomOf = ({ file }: Mutant): string => file.split('/')[1] ?? '';
  const rooms = [...new Set(outcomes.map(([mutant]) => roomOf(mutant)))];
  const rows = [
    ...rooms.map((room) => [room, outcomes.filter(([one]) => roomOf(one) === room)] as const),
    ['all', outcomes] as const,
  ];

  console.log(
    ['room', 'mutants', 'killed', 'timed out', 'explained', 'survived', '%']
      .map((head) => head.padStart(11))
      .join(''),
  );
  for (const [room, list] of rows) {
    const count = (outcome: Outcome): number => list.filter(([, one]) => one === outcome).length;
    const left = survivorsOf(list);
    const cells = [
      room,
      list.length,
      count('killed'),
      count('timed out'),
      count('survived') - left.length,
      left.length,
      ((100 * left.length) / list.length).toFixed(1),
    ];
    console.log(cells.map((cell) => String(cell).padStart(11)).join(''));
  }
  const left = survivorsOf(outcomes);
  for (const [mutant, outcome] of outcomes) {
    const known = explained.some((one) => sameMutant(mutant, one));
    if (known && outcome !== 'survived') console.log(`explained, but ${outcome}: ${shown(mutant)}`);
  }
  return left.length / Math.max(1, outcomes.length);
}

function survivorsOf(outcomes: readonly [Mutant, Outcome][]): Mutant[] {
  return outcomes.flatMap(([mutant, outcome]) =>
    outcome === 'survived' && !explained.some((one) => sameMutant(mutant, one)) ? [mutant] : [],
  );
}

/** Prints a survivor, unless it is explained, with the number of test files that ran. */
export function printSurvivor(mutant: Mutant, tests: number): void {
  if (explained.some((one) => sameMutant(mutant, one))) return;
  console.log(`survived ${tests} test files: ${shown(mutant)}`);
}

function shown({ file, line, scope, code, edit }: Mutant): string {
  return `${file}:${line} ${scope}  ${code}\n    ${edit.length > 160 ? `${edit.slice(0, 160)}…` : edit}`;
}
