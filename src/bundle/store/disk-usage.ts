import { join } from 'node:path';
import { ifExists } from '../../disk/if-exists.ts';
import { filesBelow } from '../../disk/read.ts';
import { lstat } from '../../disk/sync-read.ts';

/** A file with one or more names, whose blocks count once. */
interface Inode {
  bytes: number;
  /** The number of its names on the whole disk, and of those seen. */
  links: number;
  seen: number;
}

/**
 * The disk usage of folders in bytes: `bytes` counts each file once, however many names it has;
 * `freed` leaves out files that also have a name elsewhere and so stay when the folders are removed.
 * Blocks that copies share (reflink) cannot be told apart and count each time. Files that another
 * cc-mirror removes meanwhile do not count.
 */
export function diskUsage(folders: readonly string[]): { bytes: number; freed: number } {
  const inodes = new Map<string, Inode>();
  for (const folder of folders) {
    for (const path of ifExists(() => filesBelow(folder)) ?? []) {
      const there = ifExists(() => lstat(join(folder, path)));
      if (there === null) continue;
      const { dev, ino, blocks, nlink, size } = there;
      const known = inodes.get(`${dev}:${ino}`);
      if (known) {
        known.seen++;
        continue;
      }
      // Windows reports no blocks.
      const bytes = blocks ? blocks * 512 : size;
      inodes.set(`${dev}:${ino}`, { bytes, links: nlink, seen: 1 });
    }
  }
  const all = [...inodes.values()];
  const sum = (some: Inode[]): number => some.reduce((total, { bytes }) => total + bytes, 0);
  return { bytes: sum(all), freed: sum(all.filter(({ links, seen }) => seen >= links)) };
}
