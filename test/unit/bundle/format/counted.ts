import { type FileHandle, open, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { vi } from 'vitest';
import { temporaryFolder } from '../../../support/folder.ts';

/** What `act` makes of a file with these bytes, and how many of them it read. */
export async function counted<T>(
  bytes: Buffer,
  act: (file: FileHandle) => Promise<T>,
): Promise<{ result: T; bytesRead: number }> {
  const path = join(temporaryFolder(), 'claude');
  await writeFile(path, bytes);
  const file = await open(path);
  try {
    const reads = vi.spyOn(file, 'read');
    const result = await act(file);
    const results = await Promise.all(reads.mock.results.map(({ value }) => value));
    return { result, bytesRead: results.reduce((sum, read) => sum + read.bytesRead, 0) };
  } finally {
    await file.close();
  }
}
