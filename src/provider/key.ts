import { CcMirrorError } from '../errors.ts';

/** Where a key is read from: a variable of `environment`, or standard input. */
export type KeySource =
  | { fromEnv: { name: string; environment: Readonly<Record<string, string | undefined>> } }
  | { stdin: AsyncIterable<string | Uint8Array> };

/** A key, and what was removed around it, for the user; null: nothing. */
export interface ReadKey {
  key: string;
  without: string | null;
}

/**
 * Reads a key and removes white space, quotes, a name or `Bearer` around it. CcMirrorError
 * `missing-key`: it is empty; `usage`: several lines, or characters that no HTTP header can carry. No
 * message quotes the key, nor a "variable name" that may be the key itself.
 */
export async function readKey(source: KeySource): Promise<ReadKey> {
  if ('stdin' in source) {
    const text = await readAll(source.stdin);
    const hint = 'Pipe the key in: printf %s "$KEY" | cc-mirror … --api-key-stdin';
    return checkedKey(text, '--api-key-stdin: standard input', hint);
  }
  const { name, environment } = source.fromEnv;
  checkKeyVariable(name);
  const where = /^[A-Z_][A-Z0-9_]*$/.test(name)
    ? `--api-key-env: the variable ${name}`
    : '--api-key-env: the variable of that name';
  const hint = 'Export the variable in this shell, or use --api-key-stdin';
  return checkedKey(environment[name] ?? '', where, hint);
}

/** Error: `usage` for what is no name of a variable, and so may be the key itself. */
export function checkKeyVariable(name: string): void {
  if (/^[A-Z_][A-Z0-9_]{0,79}$/i.test(name)) return;
  throw new CcMirrorError(
    'usage',
    '--api-key-env takes the name of a variable, not the key',
    'Write --api-key-env MY_KEY, or pipe the key into --api-key-stdin',
  );
}

/** Far longer than any key. */
const maxLength = 65_536;

async function readAll(stream: AsyncIterable<string | Uint8Array>): Promise<string> {
  const decoder = new TextDecoder();
  let text = '';
  for await (const chunk of stream) {
    text += typeof chunk === 'string' ? chunk : decoder.decode(chunk, { stream: true });
    if (text.length > maxLength) {
      const hint = 'Pipe only the key into --api-key-stdin';
      throw new CcMirrorError('usage', 'Standard input is too long for an API key', hint);
    }
  }
  return text + decoder.decode();
}

/** The key in a text; `where` names its origin in messages. Errors: as `readKey`. */
export function checkedKey(text: string, where: string, hint: string): ReadKey {
  const { key, without } = withoutWrapping(text);
  if (key === '') throw new CcMirrorError('missing-key', `${where} is empty or not set`, hint);
  if (/[\r\n]/.test(key)) {
    throw new CcMirrorError('usage', `${where} has more than one line`, 'Give the key alone');
  }
  if (!/^[!-~]+$/.test(key)) {
    const problem = `${where} contains a space, a control character or a character outside ASCII`;
    throw new CcMirrorError('usage', problem, 'Copy the key again, and nothing else');
  }
  return { key, without };
}

/** What people copy along with a key. A name has capitals only, which hardly any key has. */
const wrappings: readonly (readonly [what: string, pattern: RegExp])[] = [
  [
    'the name before it',
    /^(?:export |set |\$env:)?\s*[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)*\s*=\s*(?=[^=\s])/,
  ],
  ["the header's name before it", /^(?:authorization|x-api-key):\s*/i],
  ['“Bearer” before it', /^bearer\s+/i],
];

function withoutWrapping(text: string): ReadKey {
  let key = text.trim();
  const without: string[] = [];
  const bare = (): void => {
    const inner = unquoted(key);
    if (inner !== key) without.push('the quotes around it');
    key = inner;
  };
  bare();
  for (const [what, pattern] of wrappings) {
    const rest = key.replace(pattern, '');
    if (rest === key) continue;
    without.push(what);
    key = rest;
    bare();
  }
  return { key, without: without.length > 0 ? without.join(' and ') : null };
}

/** The text without a pair of quotes around it, such as cmd leaves. */
export function unquoted(text: string): string {
  return /^(["'`]).*\1$/.test(text) && text.length > 1 ? text.slice(1, -1).trim() : text;
}
