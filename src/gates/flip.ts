import MagicString from 'magic-string';
import type { FunctionNode, Located } from './located.ts';
import type { Edit } from './types.ts';

/** Follows the anchor in the comment that an edit leaves. */
export const editMark = ' cc-mirror';

/**
 * The edit that makes a function return true: its body becomes `return!0` (for an arrow with an
 * expression, `!0`), padded to the same number of bytes, so that nothing in the bundle moves. Null
 * if the body is too short to hold it.
 *
 * Where the body holds one of the `anchors` by which it was found and there is room, a comment
 * keeps that: the edited bundle can then be recognised. Otherwise the padding is spaces.
 */
export function flipEdit(fn: Located<FunctionNode>, anchors: readonly string[]): Edit | null {
  const { source, start } = fn.statement;
  const { body } = fn.node;
  const block = body.type === 'BlockStatement';
  const from = start + body.start + (block ? 1 : 0);
  const to = start + body.end - (block ? 1 : 0);
  const before = source.text.slice(from, to);

  const unit = source.module.encoding === 'utf16le' ? 2 : 1;
  const first = source.byteOffset(from);
  const bytes = Buffer.byteLength(before, source.module.encoding);
  const room = bytes / unit;
  const plain = block ? 'return!0' : '!0';
  if (room < plain.length) return null;
  const anchor = anchors.find((name) => before.includes(name));
  const marked = anchor && block ? `${plain}/*${anchor}${editMark}*/` : plain;
  const replacement = marked.length <= room ? marked : plain;

  const after = new MagicString(before).overwrite(0, before.length, replacement.padEnd(room));
  return {
    module: source.module.name,
    start: first,
    end: first + bytes,
    before,
    after: after.toString(),
  };
}
