import { createHash } from 'node:crypto';

/** The SHA-256 of a content that is in memory, hex. */
export function sha256Of(content: string | Buffer): string {
  return createHash('sha256').update(content).digest('hex');
}
