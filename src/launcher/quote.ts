import { CcMirrorError } from '../errors.ts';

/**
 * One word of POSIX shell that stands for exactly `value`, whatever characters it has (an
 * environment cannot hold NUL, so neither can `value`).
 */
export function shQuote(value: string): string {
  return `'${value.replaceAll("'", String.raw`'\''`)}'`;
}

/**
 * A path between double quotes for a `.cmd` file. Inside quotes only `%` still means something;
 * a Windows path can hold neither quotes nor line breaks, so such a path is a plain `Error`.
 */
export function cmdQuotePath(path: string): string {
  if (/["\r\n]/.test(path)) throw new Error(`Not a Windows path: ${JSON.stringify(path)}`);
  return `"${path.replaceAll('%', '%%')}"`;
}

/**
 * The `.cmd` line that gives `name` exactly `value`, with delayed expansion off. A quote within the
 * value switches cmd's quoted state, so what is special outside quotes is escaped there; `set`
 * itself takes everything up to the last quote. A value with a line break cannot be written:
 * CcMirrorError `usage`.
 */
export function cmdSet(name: string, value: string): string {
  if (/[\r\n]/.test(value)) {
    throw new CcMirrorError(
      'usage',
      `The value of ${name} has a line break, which a Windows launcher cannot hold`,
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

/** The `.cmd` line that prints `message` on standard error. */
export function cmdSay(message: string): string {
  let text = '';
  for (const character of message) {
    if (character === '%') text += '%%';
    else text += cmdSpecial.has(character) || character === '"' ? `^${character}` : character;
  }
  return `>&2 echo ${text}`;
}

const cmdSpecial: ReadonlySet<string> = new Set('^&|<>()');
