import type { Mutant } from './mutate.ts';

/** A mutant that no test can notice, or none should, and why. */
export interface Explained extends Pick<Mutant, 'file' | 'scope' | 'code' | 'edit'> {
  reason: string;
}

export function sameMutant(one: Explained | Mutant, other: Explained | Mutant): boolean {
  return (['file', 'scope', 'code', 'edit'] as const).every((key) => one[key] === other[key]);
}

export const explained: readonly Explained[] = [
  {
    file: 'src/config/json-edit.ts',
    scope: 'nodeAt',
    code: 'let node = parseTree(text) ?? null;',
    edit: 'parseTree(text) ?? null → parseTree(text)',
    reason: 'the text is JSON, which has a tree',
  },
  {
    file: 'src/transaction/apply-step.ts',
    scope: 'applyFile',
    code: 'if (to === null) await removeEmpty(prune);',
    edit: 'to === null → true',
    reason: 'the folder of a file that was just written is not empty',
  },
  {
    file: 'src/transaction/changes.ts',
    scope: 'writeOut',
    code: 'await makeFolder(folder);',
    edit: 'await makeFolder(folder); → void makeFolder(folder);',
    reason: 'a folder is made sooner than the call behind it looks for it',
  },
  {
    file: 'src/transaction/transaction.ts',
    scope: 'isPending',
    code: 'throw error;',
    edit: 'throw error; → ;',
    reason: 'only a bug of ours gets there',
  },
];
