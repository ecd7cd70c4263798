import { defineConfig } from 'vitest/config';

const real = { testTimeout: 600_000, hookTimeout: 600_000, fileParallelism: false };

export default defineConfig({
  test: {
    projects: [
      { test: { name: 'unit', include: ['test/unit/**/*.test.ts'] } },
      { test: { name: 'real', include: ['test/real/**/*.test.ts'], ...real } },
      { test: { name: 'builds', include: ['test/builds/**/*.test.ts'], ...real } },
    ],
  },
});
