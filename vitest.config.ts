import { defineConfig } from 'vitest/config';

const real = { testTimeout: 600_000, hookTimeout: 600_000, fileParallelism: false };

export default defineConfig({
  test: {
    projects: [
      // Seconds on a quiet machine; the limit is for one that is not.
      { test: { name: 'unit', include: ['test/unit/**/*.test.ts'], testTimeout: 60_000 } },
      {
        test: {
          name: 'real',
          include: ['test/real/**/*.test.ts', 'test/faults/{preload,short}.test.ts'],
          ...real,
        },
      },
      { test: { name: 'builds', include: ['test/builds/**/*.test.ts'], ...real } },
      {
        test: {
          name: 'faults',
          include: ['test/faults/long.test.ts'],
          ...real,
          testTimeout: 3_600_000,
        },
      },
      {
        test: {
          name: 'windows',
          include: ['test/windows/**/*.test.ts'],
          ...real,
          // That is wine's failure (test/support/windows/machine.ts), and of no test.
          retry: { count: 2, condition: /the driver does not answer any more/ },
        },
      },
    ],
  },
});
