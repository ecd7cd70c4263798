/** Where a variant's API key can be kept (docs/keys.md). */
export const keyStores = ['file', 'keyring', 'env', 'helper'] as const;

export type KeyStore = (typeof keyStores)[number];

/** Whether a word looks like an API key: long, with capitals, small letters and digits. */
export function mayBeKey(word: string): boolean {
  if (/^sk-[\w.-]{16,}$/.test(word)) return true;
  const kinds = [/^[\w.-]{24,}$/, /[A-Z]/, /[a-z]/, /\d.*\d/];
  return kinds.every((kind) => kind.test(word));
}

/**
 * What may be shown of a key, for its owner to recognise it: the last four characters. Null for a
 * key of less than twelve characters, where that would give too much away.
 */
export function keyEnding(key: string): string | null {
  return key.length < 12 ? null : key.slice(-4);
}
