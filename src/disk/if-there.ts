import { systemCode } from '../errors.ts';

/** What is read from the file system; null where the path, or a folder on its way, is not there. */
export async function ifThere<T>(read: () => Promise<T>): Promise<T | null> {
  try {
    return await read();
  } catch (error) {
    if (['ENOENT', 'ENOTDIR'].includes(systemCode(error) ?? '')) return null;
    throw error;
  }
}
