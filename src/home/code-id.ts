import { createHash } from 'node:crypto';
import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fromPackage } from '../package-root.ts';

/** Set at build time, as the program has no folders of source. */
declare const builtFrom: Readonly<Record<string, string>> | undefined;

/** A digest of the code of some rooms: results of other code are not reused. */
export async function codeId(...rooms: string[]): Promise<string> {
  const ids = await Promise.all(
    rooms.map(async (room) => (typeof builtFrom === 'object' ? builtFrom[room] : hashOf(room))),
  );
  return ids.join('-');
}

async function hashOf(room: string): Promise<string> {
  const folder = fromPackage('src', room);
  const hash = createHash('sha256');
  const names = await readdir(folder, { recursive: true });
  for (const name of names.filter((one) => one.endsWith('.ts')).sort()) {
    hash.update(name).update(await readFile(join(folder, name)));
  }
  return hash.digest('hex').slice(0, 16);
}
