import { open } from 'node:fs/promises';
import { type Span, readSpan } from '../../src/bundle/format/file-spans.ts';

/** Why a range of bytes of a built program may differ from the published one. */
export interface Allowed extends Span {
  why: 'edit' | 'bytecode' | 'signature';
}

/** How many bytes differ, by why they may; and those that must not, with the first of them. */
export interface Differences {
  edit: number;
  bytecode: number;
  signature: number;
  elsewhere: number;
  first: number | null;
}

const BLOCK = 1024 * 1024;

/** Compares two files byte for byte; what one has beyond the other's end differs too. */
export async function differencesBetween(
  published: string,
  built: string,
  allowed: readonly Allowed[],
): Promise<Differences> {
  const found: Differences = { edit: 0, bytecode: 0, signature: 0, elsewhere: 0, first: null };
  const count = (position: number): void => {
    const span = allowed.find((one) => contains(one, position));
    found[span?.why ?? 'elsewhere'] += 1;
    if (!span) found.first ??= position;
  };
  const [a, b] = [await open(published, 'r'), await open(built, 'r')];
  try {
    const sizes = [(await a.stat()).size, (await b.stat()).size];
    const [common, longest] = [Math.min(...sizes), Math.max(...sizes)];
    for (let position = 0; position < common; position += BLOCK) {
      const span = { position, length: Math.min(BLOCK, common - position) };
      const [left, right] = [await readSpan(a, span), await readSpan(b, span)];
      if (left.equals(right)) continue;
      for (const [index, byte] of left.entries()) {
        if (byte !== right[index]) count(position + index);
      }
    }
    for (let position = common; position < longest; position++) count(position);
  } finally {
    await a.close();
    await b.close();
  }
  return found;
}

function contains({ position, length }: Span, at: number): boolean {
  return position <= at && at < position + length;
}
