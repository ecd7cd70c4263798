import { CcMirrorError } from '../errors.ts';

/** `value` as one word of POSIX shell. */
export function shQuote(value: string): string {
  return `'${value.replaceAll("'", String.raw`'\''`)}'`;
}

/** The lines, indented, of a POSIX script that print `message` on standard error and exit with 1. */
export function shFail(message: string): string[] {
  return [`  printf '%s\\n' ${shQuote(message)} >&2`, '  exit 1'];
}

/**
 * A path in double quotes for a `.cmd` file, where only `%` is special. Windows paths have no quotes
 * and no line breaks: a plain `Error`.
 */
export function cmdQuotePath(path: string): string {
  if (/["\r\n]/.test(path)) throw new Error(`Not a Windows path: ${JSON.stringify(path)}`);
  return `"${path.replaceAll('%', '%%')}"`;
}

/**
 * The `.cmd` line that sets `name` to `value`, with delayed expansion off. Every quote in the value
 * toggles cmd's quoted state, so special characters are escaped where that is off; `set` itself reads
 * up to the last quote. CcMirrorError `usage` for a value with a line break, which cmd cannot have.
 */
export function cmdSet(name: string, value: string): string {
  if (/[\r\n]/.test(value)) {
    throw new CcMirrorError(
      'usage',
      `The value of ${name} has a line break, which a Windows launcher cannot set`,
      `Leave ${name} out, or set it in the variant's settings.json under "env"`,
    );
  }
  let quoted = true;
  let text = '';
  for (const character of value) {
    if (character === '"') quoted = !quoted;
    if (character === '%') text += '%%';
    else text += !quoted && cmdSpecial.has(character) ? `^${character}` : character;
  }
  return `set "${name}=${text}"`;
}

/** The lines of a `.cmd` file that print `message` on standard error and exit with 1. */
export function cmdFail(message: string): string[] {
  let text = '';
  for (const character of message) {
    if (character === '%') text += '%%';
    else text += cmdSpecial.has(character) || character === '"' ? `^${character}` : character;
  }
  return [`>&2 echo ${text}`, 'exit /b 1'];
}

const cmdSpecial: ReadonlySet<string> = new Set('^&|<>()');
