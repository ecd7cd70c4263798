import MagicString from 'magic-string';
import type { FunctionNode, Located } from './resolve.ts';
import type { Edit } from './types.ts';

/**
 * The edit that makes a function return true: its body becomes `return!0` (for an arrow with an
 * expression, `!0`), padded with spaces to the same number of bytes, so that nothing in the bundle
 * moves. Null if the body is too short to hold it.
 */
export function flipEdit(fn: Located<FunctionNode>): Edit | null {
  const { source, start } = fn.statement;
  const { body } = fn.node;
  const block = body.type === 'BlockStatement';
  const from = start + body.start + (block ? 1 : 0);
  const to = start + body.end - (block ? 1 : 0);
  const before = source.text.slice(from, to);
  const replacement = block ? 'return!0' : '!0';

  const unit = source.module.encoding === 'utf16le' ? 2 : 1;
  const first = source.byteOffset(from);
  const bytes = Buffer.byteLength(before, source.module.encoding);
  const padding = bytes / unit - replacement.length;
  if (padding < 0) return null;
  const edited = new MagicString(before).overwrite(
    0,
    before.length,
    replacement + ' '.repeat(padding),
  );
  return {
    module: source.module.name,
    start: first,
    end: first + bytes,
    before,
    after: edited.toString(),
  };
}
