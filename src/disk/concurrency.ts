/** Files that are open at once are few enough for every system's limit, and keep its threads busy. */
const lanes = 32;

/**
 * Does `act` for all items, several at once; the results are in their order. Where one fails, no
 * other is begun, and those that go on are awaited, so that nothing is written any more once this has
 * thrown; then its error is thrown.
 */
export async function allDone<T, R>(
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
