import { keyQuestions } from './key-questions.ts';
import { modelQuestions } from './model-questions.ts';
import { headerQuestions, providerQuestions } from './provider-questions.ts';
import type { Question } from './question.ts';
import { summaryQuestion } from './summary.ts';
import { variantQuestions } from './variant-questions.ts';

/** All questions of `create`, in their order. */
export const questions: readonly Question[] = [
  ...providerQuestions,
  ...keyQuestions,
  ...headerQuestions,
  ...modelQuestions,
  ...variantQuestions,
  summaryQuestion,
];
