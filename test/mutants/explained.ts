import type { Mutant } from './mutate.ts';

/** A mutant that no test can notice, or none should, and why. */
export interface Explained extends Pick<Mutant, 'file' | 'code' | 'edit'> {
  reason: string;
}

export function sameMutant(one: Explained | Mutant, other: Explained | Mutant): boolean {
  return one.file === other.file && one.code === other.code && one.edit === other.edit;
}

export const explained: readonly Explained[] = [];
