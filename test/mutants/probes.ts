import { functionsOf, nodeIn, treeOf } from './syntax.ts';

/**
 * The file with a call in each function that notes its name, `<file>#<index>`, and one at the top,
 * `<file>#-1`: see `hits.ts`.
 */
export function withProbes(file: string, source: string): string {
  const note = (index: number): string =>
    `globalThis.mutantHit?.(${JSON.stringify(`${file}#${index}`)})`;
  const inserts: [at: number, text: string][] = [[0, `${note(-1)};`]];
  for (const [index, one] of functionsOf(treeOf(source)).entries()) {
    const { type, start, end } = nodeIn(one, 'body');
    if (type === 'BlockStatement') inserts.push([start + 1, `${note(index)};`]);
    else inserts.push([start, `(${note(index)},`], [end, ')']);
  }
  inserts.sort(([a], [b]) => a - b);
  let [text, at] = ['', 0];
  for (const [until, insert] of inserts) {
    text += source.slice(at, until) + insert;
    at = until;
  }
  return text + source.slice(at);
}
