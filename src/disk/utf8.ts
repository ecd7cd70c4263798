import { isUtf8 } from 'node:buffer';
import { CcMirrorError } from '../errors.ts';
import { ifExists } from './if-exists.ts';
import { readBytes } from './sync-read.ts';

/**
 * The text of a file of the user's that may be edited and written again; null if it does not exist.
 * Error: `invalid-record` if it is not UTF-8, as decoding would lose bytes. Claude Code reads such
 * files: it replaces the invalid bytes, and knows UTF-16 by its mark (seen in 2.1.112 and 2.1.332).
 */
export function readToEdit(path: string): string | null {
  const bytes = ifExists(() => readBytes(path));
  if (bytes === null || isUtf8(bytes)) return bytes && bytes.toString('utf8');
  const utf16 = ['fffe', 'feff'].includes(bytes.toString('hex', 0, 2));
  const at = firstBad(bytes);
  const byte = `0x${bytes.toString('hex', at, at + 1)}`;
  const why = utf16 ? 'it is UTF-16' : `the byte ${byte} at offset ${at} belongs to no character`;
  throw new CcMirrorError(
    'invalid-record',
    `${path} is not UTF-8: ${why}.`,
    'Save it as UTF-8. Claude Code reads it all the same; cc-mirror does not edit it, as bytes would be lost.',
  );
}

/** The offset of the first byte that is not UTF-8. */
function firstBad(bytes: Buffer): number {
  const again = Buffer.from(bytes.toString('utf8'));
  const differs = bytes.findIndex((byte, at) => byte !== again[at]);
  let end = differs < 0 ? bytes.length : differs;
  // Back to the start of a broken character.
  while (!isUtf8(bytes.subarray(0, end))) end--;
  return end;
}
