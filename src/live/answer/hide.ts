import { printableLine } from '../../ui/printable.ts';

/** From how many characters of a key on, a piece of it is taken for an echo. */
const least = 8;
const longest = 200;

/** Somebody else's text as it may be shown: without any secret, printable, on one line, not too long. */
export function shown(text: string, secrets: readonly string[]): string {
  const line = printableLine(withoutSecrets(text, secrets).replaceAll(/\s+/g, ' ').trim());
  // Not in the middle of a character.
  return line.length > longest
    ? `${line.slice(0, longest).replace(/[\uD800-\uDBFF]$/, '')}…`
    : line;
}

/**
 * The text without the secrets, in whatever way services echo them: whole, in pieces of eight characters
 * or more, in other case, and as JSON, URLs and Base64 write them.
 */
export function withoutSecrets(text: string, secrets: readonly string[]): string {
  const ways = secrets.flatMap(writtenWays);
  const low = text.toLowerCase();
  // Case folding may change lengths, and then places do not match.
  if (low.length !== text.length)
    return ways.reduce((told, way) => told.replaceAll(way, '…'), text);
  let told = '';
  for (let at = 0; at < text.length;) {
    const length = Math.max(0, ...ways.map((way) => echoAt(low, at, way.toLowerCase())));
    if (length === 0) told += text[at];
    else if (!told.endsWith('…')) told += '…';
    at += Math.max(1, length);
  }
  return told;
}

function writtenWays(secret: string): string[] {
  if (secret === '') return [];
  const ways = [
    secret,
    JSON.stringify(secret).slice(1, -1),
    encodeURIComponent(secret),
    Buffer.from(secret).toString('base64').replace(/=+$/, ''),
  ];
  return [...new Set(ways)];
}

/** How many characters of a text from a place on are a piece of the key; 0 if too few. */
function echoAt(text: string, at: number, key: string): number {
  let end = at + Math.min(least, key.length);
  if (end > text.length || !key.includes(text.slice(at, end))) return 0;
  while (end < text.length && key.includes(text.slice(at, end + 1))) end++;
  return end - at;
}
