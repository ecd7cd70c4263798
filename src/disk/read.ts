import { join } from 'node:path';
import { systemCode } from '../errors.ts';
import { entriesIn, readHead, realpath, stat } from './sync-read.ts';

/** The files below a folder as sorted relative paths; folders that `avoid` names are skipped. */
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

/**
 * The first 4 KiB of a file as text, enough to recognise our launchers; null if there is no file,
 * empty if it may not be read.
 */
export function headOf(path: string): string | null {
  try {
    const real = realpath(path);
    const found = stat(real);
    // A pipe may never end.
    if (!found.isFile() && !found.isDirectory()) return '';
    return readHead(real, 4096).toString('utf8');
  } catch (error) {
    const code = systemCode(error) ?? '';
    if (code === 'ENOENT' || code === 'ENOTDIR' || code === 'EISDIR') return null;
    if (code === 'EACCES' || code === 'EPERM' || code === 'ELOOP') return '';
    throw error;
  }
}
