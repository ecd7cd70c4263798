import { systemCode } from '../errors.ts';

/** What is read from the file system; null where the file or folder is not there. */
export function ifThere<T>(read: () => T): T | null {
  try {
    return read();
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return null;
    throw error;
  }
}
