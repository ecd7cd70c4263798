import { randomUUID } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect } from 'vitest';

/** What a test file has run, of the functions with probes. */
export interface Hits {
  test: string;
  functions: string[];
}

/** Set up before each test file: writes the functions that it runs to a folder. */
const folder = process.env['MUTANT_HITS'];
const functions = new Set<string>();
if (folder !== undefined) {
  Object.assign(globalThis, { mutantHit: (name: string) => functions.add(name) });
  afterAll(() => {
    const hits: Hits = { test: expect.getState().testPath ?? '', functions: [...functions] };
    writeFileSync(join(folder, randomUUID()), JSON.stringify(hits));
  });
}
