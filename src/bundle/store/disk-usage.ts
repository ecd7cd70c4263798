import { join } from 'node:path';
import { ifExists } from '../../disk/if-exists.ts';
import { filesBelow } from '../../disk/read.ts';
import { lstat } from '../../disk/sync-read.ts';

/** A file that has one or more names; the system counts its blocks once. */
interface Inode {
  bytes: number;
  /** Names that the file has on the whole disk, and those seen. */
  links: number;
  seen: number;
}

/**
 * What folders take on the disk, in bytes: `bytes` for each file once, however many names it has,
 * and `freed` without those that have a name elsewhere too, as they stay when the folders go.
 * Blocks that copies share (reflink) cannot be told apart and count in each. Another cc-mirror may
 * be removing files meanwhile: what is gone takes nothing.
 */
export async function diskUsage(
  folders: readonly string[],
): Promise<{ bytes: number; freed: number }> {
  const inodes = new Map<string, Inode>();
  for (const folder of folders) {
    for (const path of ifExists(() => filesBelow(folder)) ?? []) {
      const there = ifExists(() => lstat(join(folder, path)));
      if (there === null) continue;
      const { dev, ino, blocks, nlink, size } = there;
      const known = inodes.get(`${dev}:${ino}`);
      if (known) known.seen++;
      // Windows tells no blocks.
      else
        inodes.set(`${dev}:${ino}`, { bytes: blocks ? blocks * 512 : size, links: nlink, seen: 1 });
    }
  }
  const all = [...inodes.values()];
  const sum = (some: Inode[]): number => some.reduce((total, { bytes }) => total + bytes, 0);
  return { bytes: sum(all), freed: sum(all.filter(({ links, seen }) => seen >= links)) };
}
