import type { FileHandle } from 'node:fs/promises';
import { CcMirrorError } from '../../errors.ts';

/** A range of bytes of a file. */
export interface Span {
  position: number;
  length: number;
}

const GAP = 64 * 1024;
const MAX_RUN = 256 * 1024 * 1024;

/**
 * Reads many spans with few reads: neighbours share one buffer, of which each result is a view.
 * The spans may be in any order but must not overlap (see `overlapping`), so that no more is read
 * than the file holds.
 *
 * Errors: `invalid-bundle` if the file ends before a span does.
 */
export async function readSpans(file: FileHandle, spans: readonly Span[]): Promise<Buffer[]> {
  const order = spans.map((span, index) => ({ ...span, index })).sort(byPosition);
  const results: Buffer[] = Array.from({ length: spans.length });
  for (let i = 0; i < order.length;) {
    const start = order[i]?.position ?? 0;
    let end = start;
    let next = i;
    for (; next < order.length; next++) {
      const { position = 0, length = 0 } = order[next] ?? {};
      if (next > i && (position > end + GAP || position + length - start > MAX_RUN)) break;
      end = Math.max(end, position + length);
    }
    const run = await readSpan(file, { position: start, length: end - start });
    for (const { index, position, length } of order.slice(i, next)) {
      results[index] = run.subarray(position - start, position - start + length);
    }
    i = next;
  }
  return results;
}

/** Reads one span; see `readSpans`. */
export async function readSpan(file: FileHandle, { position, length }: Span): Promise<Buffer> {
  const buffer = Buffer.allocUnsafe(length);
  for (let done = 0; done < length;) {
    const { bytesRead } = await file.read(buffer, done, length - done, position + done);
    if (bytesRead === 0) {
      throw new CcMirrorError(
        'invalid-bundle',
        'The program became shorter while it was read.',
        'Another program is writing to it: run the command again when that is done.',
      );
    }
    done += bytesRead;
  }
  return buffer;
}

/** Whether two of the spans share a byte. */
export function overlapping(spans: readonly Span[]): boolean {
  let end = 0;
  for (const { position, length } of [...spans].sort(byPosition)) {
    if (length === 0) continue;
    if (position < end) return true;
    end = position + length;
  }
  return false;
}

function byPosition(a: Span, b: Span): number {
  return a.position - b.position;
}
