/** Few enough for every system's limit on open files, enough to keep its threads busy. */
const lanes = 32;

/**
 * Runs `act` for all items, several at a time, and returns the results in order. After a failure no
 * further item is started, and the error is thrown once the running ones have ended, so that nothing
 * is still being written.
 */
export async function inParallel<T, R>(
  items: readonly T[],
  act: (item: T) => Promise<R>,
): Promise<R[]> {
  const results: R[] = [];
  const queue = items.entries();
  let failed = false;
  const lane = async (): Promise<void> => {
    for (const [index, item] of queue) {
      if (failed) return;
      try {
        results[index] = await act(item);
      } catch (error) {
        failed = true;
        throw error;
      }
    }
  };
  const running = Array.from({ length: Math.min(lanes, items.length) }, lane);
  await Promise.allSettled(running);
  await Promise.all(running);
  return results;
}
