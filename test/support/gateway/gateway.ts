import { type IncomingHttpHeaders, type ServerResponse, createServer } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { buffer } from 'node:stream/consumers';
import { onTestFinished } from 'vitest';

/** A request as a gateway got it. */
export interface Seen {
  method: string;
  /** Without its query. */
  path: string;
  query: string;
  headers: IncomingHttpHeaders;
  // oxlint-disable-next-line typescript/no-explicit-any -- tests look into bodies of their own making
  body: any;
}

/** What a gateway does with a request: it answers, or does it badly. */
export type Scene = (seen: Seen, response: ServerResponse) => void;

export interface Gateway {
  /** `http://127.0.0.1:PORT`, or https. */
  url: string;
  seen: readonly Seen[];
}

/** Starts a server on the loopback that plays a scene; it goes with the running test. */
export async function startGateway(
  play: Scene,
  tls: { key: string; cert: string } | null = null,
): Promise<Gateway> {
  const seen: Seen[] = [];
  const server = (tls === null ? createServer() : createTlsServer(tls)) as ReturnType<
    typeof createServer
  >;
  server.on('request', (request, response) => {
    void buffer(request).then((bytes) => {
      const text = bytes.toString();
      const { method = '', url = '', headers } = request;
      const [path = '', query = ''] = url.split('?');
      const one = { method, path, query, headers, body: text === '' ? null : JSON.parse(text) };
      seen.push(one);
      play(one, response);
    });
  });
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  onTestFinished(
    () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  );
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port to listen on');
  return { url: `http${tls === null ? '' : 's'}://127.0.0.1:${address.port}`, seen };
}

/** An address on the loopback at which nothing listens. */
export async function freeAddress(): Promise<string> {
  const server = createServer();
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => void server.close(resolve));
  if (address === null || typeof address === 'string') throw new Error('no port to listen on');
  return `http://127.0.0.1:${address.port}`;
}
