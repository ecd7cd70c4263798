import { helperKey } from '../live/target/helper-key.ts';
import type { Context } from '../home/context.ts';

/** What is wrong with a key helper, as text; null if it prints a key. */
export async function helperProblem(
  command: string,
  around: Pick<Context, 'environment' | 'signal'>,
  patience?: number,
): Promise<string | null> {
  const result = await helperKey(command, around, patience);
  return 'problem' in result ? result.problem : null;
}
