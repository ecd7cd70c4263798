/**
 * Escapes what could deceive the reader of a text in a terminal: control characters, which file
 * names may have, and those that change the direction of writing, which show one name as another.
 * Line breaks stay.
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
