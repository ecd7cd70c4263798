import { type Node, parseTree } from 'jsonc-parser';

/**
 * Sets `value` at `keys` in the text of a JSON object, or removes it if undefined, and keeps every
 * other byte. A new member is formatted like its neighbours: on its own line with their indentation,
 * or on their line. Missing objects on the path are created, and objects that a removal empties are
 * removed; if another value is in the way, nothing changes. Of duplicate keys the last one counts, as
 * for `JSON.parse`. `like` is another version of the text, whose order decides where a new key goes;
 * without it, at the end. The texts are JSON without a byte order mark.
 */
export function editJson(
  text: string,
  keys: readonly string[],
  value: unknown,
  like: string | null = null,
): string {
  const [path, key] = [keys.slice(0, -1), keys.at(-1)];
  const parent = nodeAt(text, path);
  if (key === undefined || (parent !== null && parent.type !== 'object')) return text;
  if (value === undefined) return parent === null ? text : withoutKey(text, parent, path, key);
  if (parent === null) return editJson(text, path, { [key]: value }, like);
  const current = membersOf(parent, key).at(-1)?.children?.[1];
  if (current?.type === 'array' && Array.isArray(value)) return editList(text, keys, value);
  if (current !== undefined) {
    const json = rendered(value, text, lineIndent(text, current.offset));
    return replace(text, current.offset, endOf(current), json);
  }
  return insert(text, parent, placeFor(parent, path, key, like), value, key);
}

/** Removes all members with that key: of duplicates the first would count from then on. */
function withoutKey(text: string, parent: Node, path: readonly string[], key: string): string {
  const [named, children] = [membersOf(parent, key), childrenOf(parent)];
  if (named.length === 0) return text;
  if (path.length > 0 && named.length === children.length) return editJson(text, path, undefined);
  return named.reduceRight((left, member) => remove(left, parent, children.indexOf(member)), text);
}

/** Items are matched by value; those that stay keep their bytes. */
function editList(text: string, keys: readonly string[], wanted: readonly unknown[]): string {
  const list = nodeAt(text, keys);
  if (list === null) return text;
  const present = childrenOf(list).map((item) => JSON.stringify(valueOf(text, item)));
  const asked = wanted.map((item) => JSON.stringify(item));
  const extra = present.findLastIndex((item) => !asked.includes(item));
  if (extra >= 0) return editList(remove(text, list, extra), keys, wanted);
  const missing = asked.findIndex((item) => !present.includes(item));
  if (missing < 0) return text;
  return editList(insert(text, list, present.length, wanted[missing]), keys, wanted);
}

/** Inserts a member of an object (with `key`) or an item of a list as child number `index`. */
function insert(text: string, parent: Node, index: number, value: unknown, key?: string): string {
  const children = childrenOf(parent);
  const name = (colon: string): string => (key === undefined ? '' : JSON.stringify(key) + colon);
  if (children.length === 0) {
    const [start, end] = [parent.offset + 1, endOf(parent) - 1];
    // A file on one line stays on one line, unless it is a new one.
    if (parent.parent !== undefined && !/[\r\n]/.test(text.trimEnd())) {
      return replace(text, start, end, name(colonIn(text)) + JSON.stringify(value));
    }
    const [eol, around] = [lineEndOf(text), lineIndent(text, parent.offset)];
    const indent = around + unitOf(text);
    const member = eol + indent + name(': ') + rendered(value, text, indent);
    const inner = text.slice(start, end);
    return replace(text, start, end, member + (/[\r\n]/.test(inner) ? inner : eol + around));
  }
  const lead = leadOf(text, parent, Math.max(index - 1, 0));
  const ownLine = /[\r\n]([^\r\n]*)$/.exec(lead);
  const json = ownLine ? rendered(value, text, ownLine[1] ?? '') : JSON.stringify(value);
  const member = lead + name(ownLine ? ': ' : colonIn(text)) + json;
  const before = children[index - 1];
  const at = before === undefined ? parent.offset + 1 : endOf(before);
  return replace(text, at, at, before === undefined ? `${member},` : `,${member}`);
}

/** Removes a child with its comma and white space. */
function remove(text: string, parent: Node, index: number): string {
  const [before, child, after] = [index - 1, index, index + 1].map((at) => childrenOf(parent)[at]);
  if (child === undefined) return text;
  if (before !== undefined) return replace(text, endOf(before), endOf(child), '');
  const end = after === undefined ? endOf(parent) - 1 : text.indexOf(',', endOf(child)) + 1;
  return replace(text, parent.offset + 1, end, '');
}

function placeFor(parent: Node, path: readonly string[], key: string, like: string | null): number {
  const names = namesIn(parent);
  const order = like === null ? [] : namesIn(nodeAt(like, path));
  if (!order.includes(key)) return names.length;
  const before = order.slice(0, order.indexOf(key)).findLast((name) => names.includes(name));
  return before === undefined ? 0 : names.lastIndexOf(before) + 1;
}

function nodeAt(text: string, path: readonly string[]): Node | null {
  let node = parseTree(text) ?? null;
  for (const key of path) node = membersOf(node, key).at(-1)?.children?.[1] ?? null;
  return node;
}

function membersOf(node: Node | null, key: string): Node[] {
  if (node?.type !== 'object') return [];
  return childrenOf(node).filter((member) => nameOf(member) === key);
}

function namesIn(node: Node | null): unknown[] {
  return node?.type === 'object' ? childrenOf(node).map(nameOf) : [];
}

function nameOf(member: Node): unknown {
  return member.children?.[0]?.value;
}

function childrenOf({ children }: Node): readonly Node[] {
  return children ?? [];
}

function endOf({ offset, length }: Node): number {
  return offset + length;
}

function valueOf(text: string, node: Node): unknown {
  return JSON.parse(text.slice(node.offset, endOf(node)));
}

/** The white space between the bracket or comma and a child. */
function leadOf(text: string, parent: Node, index: number): string {
  const [before, child] = [childrenOf(parent)[index - 1], childrenOf(parent)[index]];
  const start = before === undefined ? parent.offset + 1 : text.indexOf(',', endOf(before)) + 1;
  return text.slice(start, child?.offset);
}

/** A value as indented JSON; `indent` is that of its first line. */
function rendered(value: unknown, text: string, indent: string): string {
  const json = JSON.stringify(value, null, unitOf(text));
  return json.replaceAll('\n', lineEndOf(text) + indent);
}

function lineEndOf(text: string): string {
  return text.includes('\r\n') ? '\r\n' : '\n';
}

/** The indentation of one level: that of the first indented line. */
function unitOf(text: string): string {
  return /[\r\n]([ \t]+)\S/.exec(text)?.[1] ?? '  ';
}

function lineIndent(text: string, offset: number): string {
  return /(?:^|[\r\n])([ \t]*)[^\r\n]*$/.exec(text.slice(0, offset))?.[1] ?? '';
}

function colonIn(text: string): string {
  return /"\s*:\s/.test(text) ? ': ' : ':';
}

function replace(text: string, start: number, end: number, by: string): string {
  return text.slice(0, start) + by + text.slice(end);
}
