import { isObject } from '../../config/merge.ts';
import { CcMirrorError } from '../../errors.ts';

/** What names a preset, and so is never taken over from another. */
const ofTheFile = ['$schema', 'id', 'aliases', 'former', 'source'];
/** What belongs to an address, and so is not taken over by a preset that names another one. */
const ofTheAddress = ['baseUrl', 'alternativeUrls', 'regions', 'plans', 'endpoints', 'balance'];

/**
 * The JSON of a preset with what it leaves out taken from the one that it `extends`. Objects are merged
 * by key, lists replaced. Only shipped presets can be extended, and they extend none, so there are
 * no chains. Error: `invalid-preset`.
 */
export function extendedWith(
  written: unknown,
  baseOf: ((id: string) => unknown) | null,
  file: string,
): unknown {
  if (!isObject(written) || !Object.hasOwn(written, 'extends')) return written;
  const { extends: id, ...own } = written;
  const base = typeof id === 'string' && baseOf !== null ? baseOf(id) : null;
  if (!isObject(base)) {
    const problem =
      baseOf === null
        ? 'only presets of your own can extend one'
        : 'is not the id of a shipped preset';
    throw new CcMirrorError(
      'invalid-preset',
      `${file}: extends: ${problem}`,
      'Name one of: cc-mirror providers list',
    );
  }
  const elsewhere = ofTheAddress.some((key) => key in own);
  const left = [...ofTheFile, ...(elsewhere ? ofTheAddress : [])];
  const inherited = Object.entries(base).filter(([key]) => !left.includes(key));
  return merged(Object.fromEntries(inherited), own);
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
