/**
 * A text for a terminal: control characters, which file names may have, are written out, so that
 * nothing but the text's own line breaks moves the cursor.
 */
export function printable(text: string): string {
  return text.replaceAll(
    /[^\P{Cc}\n]/gu,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
