import { CcMirrorError } from '../../errors.ts';
import { type ReadKey, checkedKey } from '../../provider/key.ts';
import { answer } from './answer.ts';

/**
 * Asks for a key in the terminal without echoing it. Errors: `usage` if the question cannot be
 * shown or the answer is not a key; `interrupted`.
 */
export async function askKey(): Promise<ReadKey> {
  if (!process.stderr.isTTY) {
    throw new CcMirrorError(
      'usage',
      '--api-key-stdin: standard input is a terminal, but standard error is not, so the question could not be shown.',
      'Pipe the key in: printf %s "$KEY" | cc-mirror … --api-key-stdin',
    );
  }
  const { password } = await import('@clack/prompts');
  const key = await answer(
    password({
      message: 'API key?',
      validate: (value) => (value?.trim() ? undefined : 'A key is required'),
      output: process.stderr,
    }),
  );
  return checkedKey(key, '--api-key-stdin: the key', 'Paste the key alone.');
}
