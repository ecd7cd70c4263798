import { CcMirrorError } from '../errors.ts';

/** Where a key comes from: a variable of `environment`, or everything on standard input. */
export type KeySource =
  | { fromEnv: { name: string; environment: Readonly<Record<string, string | undefined>> } }
  | { stdin: AsyncIterable<string | Uint8Array> };

/**
 * The key, without surrounding white space. CcMirrorError `missing-key`: nothing there. `usage`:
 * more than one line, or a character that no HTTP header can carry. No message holds any part of
 * the key, nor a "variable name" that does not look like one and so may be the key itself.
 */
export async function readKey(source: KeySource): Promise<string> {
  if ('stdin' in source) {
    const text = await readAll(source.stdin);
    const hint = 'Pipe the key in: printf %s "$KEY" | cc-mirror … --api-key-stdin';
    return checkedKey(text, '--api-key-stdin: standard input', hint);
  }
  const { name, environment } = source.fromEnv;
  if (!/^[A-Z_][A-Z0-9_]{0,79}$/i.test(name)) throw notAName();
  const where = /^[A-Z_][A-Z0-9_]*$/.test(name)
    ? `--api-key-env: the variable ${name}`
    : '--api-key-env: the variable of that name';
  const hint = 'Export the variable in this shell, or use --api-key-stdin';
  return checkedKey(environment[name] ?? '', where, hint);
}

/** Far more than any key; beyond it, something else is being piped in. */
const limit = 65_536;

async function readAll(stream: AsyncIterable<string | Uint8Array>): Promise<string> {
  const decoder = new TextDecoder();
  let text = '';
  for await (const chunk of stream) {
    text += typeof chunk === 'string' ? chunk : decoder.decode(chunk, { stream: true });
    if (text.length > limit) {
      const hint = 'Pipe only the key into --api-key-stdin';
      throw new CcMirrorError('usage', 'Standard input is too long for an API key', hint);
    }
  }
  return text + decoder.decode();
}

/** One key, trimmed; `where` names its origin in the errors of `readKey`. */
export function checkedKey(text: string, where: string, hint: string): string {
  const key = text.trim();
  if (key === '') throw new CcMirrorError('missing-key', `${where} is empty or not set`, hint);
  if (/[\r\n]/.test(key)) {
    throw new CcMirrorError('usage', `${where} has more than one line`, 'Give the key alone');
  }
  if (!/^[!-~]+$/.test(key)) {
    const problem = `${where} has a space, a control character or one outside ASCII`;
    throw new CcMirrorError('usage', problem, 'Copy the key again, without "Bearer" before it');
  }
  return key;
}

function notAName(): CcMirrorError {
  return new CcMirrorError(
    'usage',
    '--api-key-env takes the name of a variable, not the key itself',
    'Write --api-key-env MY_KEY, or pipe the key into --api-key-stdin',
  );
}
