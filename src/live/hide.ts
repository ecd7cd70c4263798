import { printableLine } from '../ui/printable.ts';

/** From how many characters of a key on, a piece of it is taken for an echo. */
const least = 8;
const longest = 200;

/** Somebody else's text as it may be shown: without any secret, printable, on one line, not too long. */
export function shown(text: string, secrets: readonly string[]): string {
  const line = printableLine(withoutSecrets(text, secrets).replaceAll(/\s+/g, ' ').trim());
  // Not in the middle of a character.
  return line.length > longest ? `${line.slice(0, longest).replace(/[\uD800-\uDBFF]$/, '')}…` : line;
}

/**
 * The text without the secrets, in whatever way services echo them: whole, in pieces of eight characters
 * or more, in other case, and as JSON, URLs and Base64 write them.
 */
export function withoutSecrets(text: string, secrets: readonly string[]): string {
  return secrets.flatMap(writtenWays).reduce(without, text);
}

function writtenWays(secret: string): string[] {
  const ways = [
    secret,
    JSON.stringify(secret).slice(1, -1),
    encodeURIComponent(secret),
    Buffer.from(secret).toString('base64').replace(/=+$/, ''),
  ];
  return [...new Set(ways)];
}

function without(text: string, secret: string): string {
  const [low, key] = [text.toLowerCase(), secret.toLowerCase()];
  // Case folding may change lengths, and then places do not match.
  if (low.length !== text.length) return text.replaceAll(secret, '…');
  const piece = Math.min(least, key.length);
  if (piece === 0) return text;
  let told = '';
  for (let at = 0; at < text.length;) {
    let end = at + piece;
    if (end > text.length || !key.includes(low.slice(at, end))) {
      told += text[at++];
      continue;
    }
    while (end < text.length && key.includes(low.slice(at, end + 1))) end++;
    told += '…';
    at = end;
  }
  return told;
}
