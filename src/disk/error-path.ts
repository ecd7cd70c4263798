import { systemCode } from '../errors.ts';

/** An error of the system with the path that it is about: that of an open file does not say. */
export function withPath(error: unknown, path: string): unknown {
  if (error instanceof Error && systemCode(error) !== undefined) Object.assign(error, { path });
  return error;
}

/** Runs `act`; errors of the system say what path they are about. */
export async function located<T>(path: string, act: () => Promise<T>): Promise<T> {
  try {
    return await act();
  } catch (error) {
    throw withPath(error, path);
  }
}
