const space = /[\t\n\r ]*/y;
const text = /"(?:[^"\\\p{Cc}]|[\u007f-\u009f]|\\(?:["\\/bfnrt]|u[\dA-Fa-f]{4}))*"/uy;
const scalar = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[Ee][+-]?\d+)?|true|false|null/y;

/**
 * Where a text stops being JSON, as `line:column`, both from 1: the place at which something else
 * should stand. The messages of `JSON.parse` name it only sometimes.
 */
export function jsonErrorPlace(json: string): string {
  let at = 0;
  const take = (pattern: RegExp): boolean => {
    pattern.lastIndex = at;
    const found = pattern.test(json);
    if (found) at = pattern.lastIndex;
    return found;
  };
  const sign = (wanted: string): boolean => {
    take(space);
    if (json.charAt(at) !== wanted) return false;
    at++;
    return true;
  };
  const list = (end: string, item: () => boolean): boolean => {
    if (sign(end)) return true;
    while (item()) {
      if (sign(end)) return true;
      if (!sign(',')) return false;
    }
    return false;
  };
  const member = (): boolean => (take(space), take(text)) && sign(':') && value();
  const value = (): boolean => {
    if (sign('{')) return list('}', member);
    if (sign('[')) return list(']', value);
    return take(text) || take(scalar);
  };
  if (value()) take(space);
  const before = json.slice(0, at).split('\n');
  return `${before.length}:${(before.at(-1)?.length ?? 0) + 1}`;
}
