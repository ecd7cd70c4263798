import { CcMirrorError } from '../../errors.ts';

/** The answer to a question of clack's, which is a symbol if the user cancels. Error: `interrupted`. */
export async function answer<T>(question: Promise<T>): Promise<Exclude<T, symbol>> {
  const value = await question;
  if (isAnswer(value)) return value;
  throw cancelled();
}

export function cancelled(): CcMirrorError {
  return new CcMirrorError('interrupted', 'Cancelled; nothing was changed.');
}

function isAnswer<T>(value: T): value is Exclude<T, symbol> {
  return typeof value !== 'symbol';
}
