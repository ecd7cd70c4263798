/** Dummies that look like keys, of which no six characters in a row occur anywhere else. */
export const markedKeys = {
  first: 'sk-Qm7Vt2Rx9Zp4Lw8Ks3Hd6Nf1Bc5Jy0Gu',
  second: 'sk-Xe4Ya8Ui1Ow5Pz9Tg3Fk7Dj2Vh6Lq0Mb',
} as const;

/**
 * The part of a marked key that a text holds, in the open or as base64 or hexadecimal; null for
 * none. Less than six characters of it are no part: the last four may be shown.
 */
export function markIn(text: Buffer | string): string | null {
  const whole = Buffer.isBuffer(text) ? text.toString('latin1') : text;
  return marks.exec(whole)?.[0] ?? null;
}

const marks = new RegExp(
  Object.values(markedKeys).flatMap(partsOf).join('|').replaceAll('+', '\\+'),
);

function partsOf(key: string): string[] {
  return [
    ...windows(key, 6),
    ...[0, 1, 2].flatMap((shift) => windows(base64At(key, shift), 8)),
    ...windows(Buffer.from(key).toString('hex'), 12),
  ];
}

/** The key as base64 has it where it stands `shift` bytes into a group of three, but for its edges. */
function base64At(key: string, shift: number): string {
  const text = Buffer.from(' '.repeat(shift) + key).toString('base64');
  return text.slice(4, -4);
}

function windows(text: string, length: number): string[] {
  return Array.from({ length: text.length - length + 1 }, (_, at) => text.slice(at, at + length));
}
