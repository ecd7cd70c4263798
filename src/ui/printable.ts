/**
 * A text for a terminal. Control characters other than line breaks are escaped, as file names may
 * contain them and move the cursor; so are direction marks, which can make one name look like another.
 */
export function printable(text: string): string {
  return text.replaceAll(/[^\P{Cc}\n]|\p{Bidi_Control}/gu, escaped);
}

/** The same for a text that has to stay on one line. */
export function printableLine(text: string): string {
  return printable(text).replaceAll('\n', escaped);
}

function escaped(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}
