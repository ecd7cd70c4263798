import { readIfExists } from './sync-read.ts';

/** Linux's name of the current boot; null on other systems. */
export function bootName(): string | null {
  return readIfExists('/proc/sys/kernel/random/boot_id')?.trim() ?? null;
}
