import { systemCode } from '../errors.ts';

/** Adds the path to a system error: those of open files do not name one. */
export function withPath(error: unknown, path: string): unknown {
  if (error instanceof Error && systemCode(error) !== undefined) Object.assign(error, { path });
  return error;
}

/** Runs `act`; system errors that it throws name the path. */
export async function located<T>(path: string, act: () => Promise<T>): Promise<T> {
  try {
    return await act();
  } catch (error) {
    throw withPath(error, path);
  }
}
