import { CcMirrorError } from '../errors.ts';
import { printableLine } from '../ui/printable.ts';

/** A pack is refused: `where` is the file, absolute; `source` names the pack. */
export function packError(where: string, what: string, source: string): CcMirrorError {
  const hint = `List all problems: cc-mirror skills check ${source}`;
  return new CcMirrorError('usage', printableLine(`${where}: ${what}.`), hint);
}
