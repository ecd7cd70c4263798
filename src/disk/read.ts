import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { systemCode } from '../errors.ts';
import { entriesIn, realpath, stat } from './sync-read.ts';

/** The files below a folder, as paths below it, in order; `avoid` leaves folders out. */
export function filesBelow(
  folder: string,
  avoid: (folder: string) => boolean = () => false,
): string[] {
  const paths: string[] = [];
  for (const entry of entriesIn(folder)) {
    const path = join(folder, entry.name);
    if (entry.isFile()) paths.push(entry.name);
    if (!entry.isDirectory() || avoid(path)) continue;
    const below = filesBelow(path, avoid);
    paths.push(...below.map((inner) => join(entry.name, inner)));
  }
  return paths.sort();
}

const HEAD_BYTES = 4096;

/**
 * The beginning of a file as text, which tells a launcher of ours; null where no file is, empty
 * where it may not be read.
 */
export async function headOf(path: string): Promise<string | null> {
  try {
    const real = realpath(path);
    const there = stat(real);
    // A pipe may never end.
    if (!there.isFile() && !there.isDirectory()) return '';
    const file = await open(real, 'r');
    try {
      const { buffer, bytesRead } = await file.read(Buffer.alloc(HEAD_BYTES), 0, HEAD_BYTES, 0);
      return buffer.toString('utf8', 0, bytesRead);
    } finally {
      await file.close();
    }
  } catch (error) {
    const code = systemCode(error) ?? '';
    if (code === 'ENOENT' || code === 'ENOTDIR' || code === 'EISDIR') return null;
    if (code === 'EACCES' || code === 'EPERM' || code === 'ELOOP') return '';
    throw error;
  }
}
