import type { IncomingMessage } from 'node:http';
import { promisify } from 'node:util';
import { brotliDecompress, gunzip, inflate } from 'node:zlib';

/** 64 MB, in bytes; real requests stay under 1 MB. */
const maxBytes = 64 * 1024 * 1024;

const decoders = new Map([
  ['gzip', promisify(gunzip)],
  ['deflate', promisify(inflate)],
  ['br', promisify(brotliDecompress)],
]);

export type RequestBody =
  | { type: 'json'; value: unknown }
  | { type: 'not-json'; reason: string }
  | { type: 'too-large'; maxBytes: number }
  | { type: 'unknown-encoding'; encoding: string };

/**
 * Reads a request's body, at most 64 MB before and after decompression. Rejects only if the
 * connection breaks.
 */
export async function readBody(request: IncomingMessage): Promise<RequestBody> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length <= maxBytes) chunks.push(chunk);
  }
  if (length > maxBytes) return { type: 'too-large', maxBytes };
  const encoding = request.headers['content-encoding'] ?? 'identity';
  if (encoding === 'identity') return parseJson(Buffer.concat(chunks));
  const decode = decoders.get(encoding);
  if (decode === undefined) return { type: 'unknown-encoding', encoding };
  try {
    return parseJson(await decode(Buffer.concat(chunks), { maxOutputLength: maxBytes }));
  } catch (error) {
    return { type: 'not-json', reason: `${encoding}: ${String(error)}` };
  }
}

function parseJson(bytes: Buffer): RequestBody {
  try {
    return { type: 'json', value: JSON.parse(bytes.toString('utf8')) };
  } catch (error) {
    return { type: 'not-json', reason: String(error) };
  }
}
