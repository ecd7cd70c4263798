import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

let root: string | undefined;

/** A path in the package, whose root is searched upwards: this file's depth differs once built. */
export function fromPackage(...path: string[]): string {
  if (root === undefined) {
    root = dirname(fileURLToPath(import.meta.url));
    while (!existsSync(join(root, 'providers'))) root = dirname(root);
  }
  return join(root, ...path);
}
