import MagicString from 'magic-string';
import { markFor } from './edited.ts';
import type { Flip } from './flip-plan.ts';
import type { FunctionNode, Located } from '../syntax/located.ts';
import { parseAs, pathTo } from '../syntax/source.ts';
import type { Edit, SourceModule } from '../types.ts';

/**
 * The edit that opens a gate's function. A body that is a feature flag becomes `return!0` (`!0` for
 * an arrow with an expression); in a body with other checks, only the parts that are flags change.
 * Each piece is padded to its length in bytes, so that nothing in the bundle moves. Null if a piece
 * is too short, if the result does not parse, or if the bytes are not valid in the module's encoding.
 *
 * If there is room, a comment says that cc-mirror edited the function and keeps the one of the
 * `anchors` in it, so that the gate is found again.
 */
export function flipEdit({ fn, flags }: Flip, anchors: readonly string[]): Edit | null {
  const { source, start: offset } = fn.statement;
  const { body } = fn.node;
  const block = body.type === 'BlockStatement';
  const start = body.start + (block ? 1 : 0);
  const end = body.end - (block ? 1 : 0);
  const before = source.text.slice(offset + start, offset + end);

  let mark = block ? markFor(anchors.find((name) => before.includes(name))) : '';
  const after = new MagicString(before);
  for (const piece of flags ?? [{ start, end, opened: block ? 'return!0' : '!0' }]) {
    const [from, to] = [piece.start - start, piece.end - start];
    const room = roomOf(before.slice(from, to), source.module.encoding);
    const marked = piece.opened + mark;
    const text = marked.length <= room ? marked : piece.opened;
    if (text.length > room) return null;
    if (text === marked) mark = '';
    after.overwrite(from, to, text.padEnd(room));
  }
  const { name, bytes, encoding } = source.module;
  const first = source.byteOffset(offset + start);
  const last = first + Buffer.byteLength(before, encoding);
  // Bytes that are invalid in the encoding change when they are decoded.
  if (bytes.toString(encoding, first, last) !== before) return null;
  if (!keepsFunction(fn, start, end, after.toString())) return null;
  return { module: name, start: first, end: last, before, after: after.toString() };
}

/** Whether the edited statement still parses and holds the function in the same place. */
function keepsFunction(
  { statement: { source, start, program }, node }: Located<FunctionNode>,
  from: number,
  to: number,
  after: string,
): boolean {
  const text = source.text.slice(start, start + program.end);
  const edited = parseAs(text.slice(0, from) + after + text.slice(to), source.module.format);
  if (!edited) return false;
  const shift = after.length - (to - from);
  const path = pathTo({ source, start, program: edited }, start + node.body.start);
  return path.some(
    ({ type, start, end }) =>
      type === node.type && start === node.start && end === node.end + shift,
  );
}

/** How many ASCII characters fit into the bytes of a text. */
function roomOf(text: string, encoding: SourceModule['encoding']): number {
  return Buffer.byteLength(text, encoding) / (encoding === 'utf16le' ? 2 : 1);
}
