import { systemCode } from '../errors.ts';

/** What `read` returns; null if the path, or a folder above it, does not exist. */
export function ifExists<T>(read: () => Promise<T>): Promise<T | null>;
export function ifExists<T>(read: () => T): T | null;
export function ifExists<T>(read: () => T | Promise<T>): T | null | Promise<T | null> {
  try {
    const found = read();
    return found instanceof Promise ? found.catch(nullIfMissing) : found;
  } catch (error) {
    return nullIfMissing(error);
  }
}

function nullIfMissing(error: unknown): null {
  if (['ENOENT', 'ENOTDIR'].includes(systemCode(error) ?? '')) return null;
  throw error;
}

/** What `read` returns; null after any system error. */
export function ifReadable<T>(read: () => T): T | null {
  try {
    return read();
  } catch (error) {
    if (systemCode(error) === undefined) throw error;
    return null;
  }
}
