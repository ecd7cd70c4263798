/**
 * A text for a terminal: control characters, which file names may have, are written out, so that
 * nothing but the text's own line breaks moves the cursor; so are those that turn the direction of
 * writing, which show one name as another.
 */
export function printable(text: string): string {
  return text.replaceAll(
    /[^\P{Cc}\n]|\p{Bidi_Control}/gu,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
