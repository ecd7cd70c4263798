import { CcMirrorError } from '../errors.ts';

/** The refusal of a pack: `where` is the file, absolute; `source` is what names the pack. */
export function unfit(where: string, what: string, source: string): CcMirrorError {
  const hint = `See all that is wrong: cc-mirror skills check ${source}`;
  return new CcMirrorError('usage', printable(`${where}: ${what}.`), hint);
}

/** A text of someone else's for a terminal: its control characters are written out. */
export function printable(text: string): string {
  return text.replaceAll(
    /\p{Cc}/gu,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
