/**
 * The results of work that goes on at once. Where some of it fails, the rest is awaited all the same,
 * so that nothing is written any more once this has thrown; then the first error is thrown.
 */
export async function allDone<T>(work: readonly Promise<T>[]): Promise<T[]> {
  await Promise.allSettled(work);
  return Promise.all(work);
}
