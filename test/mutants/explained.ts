import type { Mutant } from './mutate.ts';

/** A mutant that no test can notice, or none should, and why. */
export interface Explained extends Pick<Mutant, 'file' | 'code' | 'edit'> {
  reason: string;
}

export function sameMutant(one: Explained | Mutant, other: Explained | Mutant): boolean {
  return one.file === other.file && one.code === other.code && one.edit === other.edit;
}

export const explained: readonly Explained[] = [
  {
    file: 'src/config/json-edit.ts',
    code: 'let node = parseTree(text) ?? null;',
    edit: 'parseTree(text) ?? null → parseTree(text)',
    reason: 'the text is JSON, which has a tree',
  },
  {
    file: 'src/transaction/apply-step.ts',
    code: 'if (to === null) await removeEmpty(prune);',
    edit: 'to === null → true',
    reason: 'the folder of a file that was just written is not empty',
  },
  {
    file: 'src/transaction/changes.ts',
    code: 'await makeFolder(folder);',
    edit: 'await makeFolder(folder); → void makeFolder(folder);',
    reason: 'a folder is made sooner than the call behind it looks for it',
  },
  {
    file: 'src/transaction/transaction.ts',
    code: 'throw error;',
    edit: 'throw error; → ;',
    reason: 'in isPending: only a bug of ours is thrown on',
  },
];
