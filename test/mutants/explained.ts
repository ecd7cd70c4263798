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
  {
    file: 'src/plan/choices-left.ts',
    scope: '',
    code: "const ownNames: ReadonlySet<string> = new Set(Object.keys(selfNamed('', '', 'linux')));",
    edit: "'linux' → ''",
    reason: 'any system but Windows has the same names',
  },
  {
    file: 'src/rules/checks/memory.ts',
    scope: 'gapAfter',
    code: "if (byteOrderMark.exec(text)?.[0] === text) return '';",
    edit: '?. → ',
    reason: 'the expression fits every text',
  },
  {
    file: 'src/rules/main.ts',
    scope: '',
    code: "const folder = inBun ? process.cwd() : dirname(process.argv[1] ?? '');",
    edit: 'inBun → false',
    reason: 'unit tests run in Node.js',
  },
  {
    file: 'src/rules/main.ts',
    scope: '',
    code: 'if (inBun) writeSync(1, output);',
    edit: 'inBun → false',
    reason: 'unit tests run in Node.js',
  },
  {
    file: 'src/rules/main.ts',
    scope: '',
    code: 'if (inBun) process.exit();',
    edit: 'inBun → true',
    reason: 'in Node.js the program has nothing left to do there',
  },
  {
    file: 'src/rules/transcript.ts',
    scope: 'holdsCall',
    code: 'if (!text.includes(callId)) return false;',
    edit: '!text.includes(callId) → false',
    reason: 'only saves the reading of entries',
  },
  {
    file: 'src/rules/worker-report/fields.ts',
    scope: 'bare',
    code: "while (end > 0 && /[\\s#*_`:]/u.test(text[end - 1] ?? '')) end -= 1;",
    edit: '> → >=',
    reason: 'there is no character before the first',
  },
  {
    file: 'src/rules/worker-report/fields.ts',
    scope: 'word',
    code: "const text = bare(fields.get(key) ?? '').toLowerCase();",
    edit: "fields.get(key) ?? '' → fields.get(key)",
    reason: 'only fields that are there are asked for',
  },
  {
    file: 'src/plan/packs.ts',
    scope: 'rulePath',
    code: "return `/${slashed.replace(/^\\/+/, '/')}`;",
    edit: '/^\\/+/ → /\\/+/',
    reason: 'an absolute path has its first slash at the start',
  },
  {
    file: 'src/gates/decide/edited.ts',
    scope: 'editorOfBody',
    code: 'if (!/ {2,}\\}$/.test(text)) return null;',
    edit: '/ {2,}\\}$/ → / {2,}\\}/',
    reason: 'a body that returns a constant ends with its only brace',
  },
];
