import { isObject } from '../../config/merge.ts';

/** What names a preset, and so is never taken over from another. */
const ofTheFile = ['$schema', 'id', 'aliases', 'former', 'source'];
/** What belongs to an address, and so is not taken over by a preset that names another one. */
const ofTheAddress = ['baseUrl', 'alternativeUrls', 'regions', 'plans', 'endpoints', 'balance'];

/**
 * The JSON of a preset with what it leaves out taken from the one that it `extends`, or what is wrong
 * with that field. Objects are merged by key, lists replaced. Only shipped presets can be extended, and
 * they extend none, so there are no chains. `baseOf`: the JSON of a shipped preset, null if there is none.
 */
export function extendedWith(
  written: unknown,
  baseOf: ((id: string) => unknown) | null,
): { json: unknown } | { problem: string } {
  if (!isObject(written) || !Object.hasOwn(written, 'extends')) return { json: written };
  if (baseOf === null) return { problem: 'only presets of your own can extend one' };
  const { extends: id, ...own } = written;
  const base = typeof id === 'string' ? baseOf(id) : null;
  if (!isObject(base)) return { problem: 'is not the id of a shipped preset' };
  const elsewhere = ofTheAddress.some((key) => key in own);
  const left = [...ofTheFile, ...(elsewhere ? ofTheAddress : [])];
  const inherited = Object.entries(base).filter(([key]) => !left.includes(key));
  return { json: merged(Object.fromEntries(inherited), own) };
}

function merged(base: unknown, own: unknown): unknown {
  if (!isObject(base) || !isObject(own)) return own;
  // A way to send the key is one of several shapes, whose fields do not mix.
  if ('type' in own && own['type'] !== base['type']) return own;
  const keys = new Set([...Object.keys(base), ...Object.keys(own)]);
  return Object.fromEntries(
    [...keys].map((key) => [
      key,
      Object.hasOwn(own, key) ? merged(base[key], own[key]) : base[key],
    ]),
  );
}
