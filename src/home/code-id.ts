import { createHash } from 'node:crypto';
import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fromPackage } from '../package-root.ts';

/** Set when the program is built, where the rooms are no folders any more. */
declare const builtFrom: Readonly<Record<string, string>> | undefined;

/** Stands for the code of some rooms: what an older one has found out is found out anew. */
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
