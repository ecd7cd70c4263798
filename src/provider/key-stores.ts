/** Where the API key of a variant can be kept; docs/keys.md says what each is for. */
export const keyStores = ['file', 'keyring', 'env', 'helper'] as const;

export type KeyStore = (typeof keyStores)[number];

/** Whether a word may be an API key: long, and of capitals, small letters and digits. */
export function mayBeKey(word: string): boolean {
  if (/^sk-[\w.-]{16,}$/.test(word)) return true;
  const kinds = [/^[\w.-]{24,}$/, /[A-Z]/, /[a-z]/, /\d.*\d/];
  return kinds.every((kind) => kind.test(word));
}

/**
 * What may be shown of a key, so that its owner knows it again: the last four characters; null for
 * one of less than twelve, of which that would be too much.
 */
export function keyEnding(key: string): string | null {
  return key.length < 12 ? null : key.slice(-4);
}
