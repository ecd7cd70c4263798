import { keyQuestions } from './key-questions.ts';
import { modelQuestions } from './model-questions.ts';
import { placeQuestions } from './provider-questions.ts';
import { wordsOf } from './command-line.ts';
import { nextQuestion } from './walk.ts';
import { type MenuOptions, type Options, type Question, one } from './question.ts';

/** What of a variant changes: those of the questions of `create` that `update` has options for. */
const parts = [
  {
    id: 'provider',
    label: 'Provider',
    hint: 'recreates it; its settings and history stay',
    questions: [],
  },
  { id: 'place', label: 'Region or plan', questions: placeQuestions },
  { id: 'models', label: 'Models', questions: modelQuestions },
  // The key itself is asked for by update.
  { id: 'key', label: 'Key', questions: keyQuestions.filter(({ id }) => id !== 'key') },
] as const satisfies readonly {
  id: string;
  label: string;
  hint?: string;
  questions: readonly Question[];
}[];

type Part = (typeof parts)[number]['id'];

/** Answers that only a new variant can have. */
const notOffered = ['none', 'preset'];

/** The questions of a change. */
export const changeQuestions: readonly Question[] = [
  {
    id: 'part',
    ask(options, facts) {
      if (options.action !== 'change' || options.part !== undefined) return null;
      const offered = parts.filter(
        ({ id, questions }) =>
          id === 'provider' || nextQuestion(questions, placed(id, options), facts) !== null,
      );
      const choices = offered.map((part) => ({
        value: part.id,
        label: part.label,
        ...('hint' in part && { hint: part.hint }),
      }));
      return { kind: 'list', message: `What of ${options.name} should change?`, choices };
    },
    take: (answer) => ({ part: parts.find(({ id }) => id === one(answer))?.id ?? 'provider' }),
  },
  ...parts.flatMap(({ id: part, questions }) =>
    questions.map((question): Question => ({
      ...question,
      ask(options, facts) {
        if (options.part !== part) return null;
        const asked = question.ask(placed(part, options), facts);
        if (asked?.kind !== 'list') return asked;
        const choices = asked.choices.filter(({ value }) => !notOffered.includes(value));
        return { ...asked, choices };
      },
    })),
  ),
];

/** Models and keys are those of the variant's region and plan; a place is asked for anew. */
function placed(part: Part, options: MenuOptions): MenuOptions {
  return part === 'place' ? options : { ...options.current, ...options };
}

/** The command line of a change. */
export function changeWords({ name = '', part, ...options }: MenuOptions): string[] {
  if (part === 'provider') return ['create', name, '--force'];
  const { keyFrom, provider: _, ...changed } = options;
  const typed = keyFrom === 'file' || keyFrom === 'keyring';
  const key: Options = typed ? { apiKeyStdin: true, keyStore: keyFrom } : {};
  return ['update', name, ...wordsOf({ ...changed, ...key })];
}
