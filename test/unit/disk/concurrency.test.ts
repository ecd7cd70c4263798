import { setTimeout as delay } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { inParallel } from '../../../src/disk/concurrency.ts';

const numbers = Array.from({ length: 100 }, (_, index) => index);

test('results are in the order of the items', async () => {
  let [atOnce, most] = [0, 0];
  const doubled = await inParallel(numbers, async (number) => {
    most = Math.max(most, ++atOnce);
    await delay(number % 7);
    atOnce--;
    return number * 2;
  });
  expect(doubled).toEqual(numbers.map((number) => number * 2));
  expect(most).toBeGreaterThan(1);
  expect(most).toBeLessThan(64);
  expect(await inParallel([], () => Promise.reject(new Error('never')))).toEqual([]);
});

test('after a failure nothing is started, and running items are awaited', async () => {
  const [started, ended]: number[][] = [[], []];
  const failing = inParallel(numbers, async (number) => {
    started?.push(number);
    await delay(number === 3 ? 5 : 30);
    if (number === 3) throw new Error('three');
    ended?.push(number);
  });
  await expect(failing).rejects.toThrow('three');
  const soFar = [...(ended ?? [])];
  expect(soFar.length).toBe((started?.length ?? 0) - 1);
  await delay(60);
  expect(ended).toEqual(soFar);
  expect(started?.length).toBeLessThan(numbers.length);
});
