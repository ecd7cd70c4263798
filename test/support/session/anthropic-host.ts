import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { connect } from 'node:net';
import { join } from 'node:path';
import { createServer as createTlsServer } from 'node:tls';
import { execa } from 'execa';
import type { LoopbackApi } from '../../../src/probe/api.ts';

/** Anthropic's own address as a session sees it, played on the loopback. */
export interface AnthropicHost {
  /** What a session is given to come here: a proxy, and the authority that vouches for it. */
  environment: Record<string, string>;
  /** Hosts that were asked for and that this is not. */
  refused: string[];
  close: () => Promise<void>;
}

/**
 * A proxy on the loopback that is api.anthropic.com for whoever trusts its certificate, made by
 * openssl for this run in `folder`, and hands what it is sent to `api`. Every other host is refused.
 */
export async function playAnthropic(api: LoopbackApi, folder: string): Promise<AnthropicHost> {
  const host = 'api.anthropic.com';
  const [key, certificate] = [join(folder, 'host.key'), join(folder, 'host.pem')];
  await execa('openssl', [
    ...'req -x509 -newkey rsa:2048 -nodes -days 2'.split(' '),
    '-subj',
    `/CN=${host}`,
    '-addext',
    `subjectAltName=DNS:${host}`,
    '-keyout',
    key,
    '-out',
    certificate,
  ]);
  const options = { key: await readFile(key), cert: await readFile(certificate) };
  const { port: apiPort } = new URL(api.url);
  const tls = createTlsServer(options, (socket) => {
    const onward = connect(Number(apiPort), '127.0.0.1');
    socket.pipe(onward).pipe(socket);
    for (const end of [socket, onward]) end.on('error', () => end.destroy());
  });
  const refused: string[] = [];
  const proxy = createServer((request, response) => {
    refused.push(request.url ?? '');
    response.writeHead(403).end();
  });
  proxy.on('connect', (request, socket) => {
    socket.on('error', () => socket.destroy());
    if (request.url !== `${host}:443`) {
      refused.push(request.url ?? '');
      return void socket.end('HTTP/1.1 403 Forbidden\r\n\r\n');
    }
    socket.write('HTTP/1.1 200 OK\r\n\r\n');
    tls.emit('connection', socket);
  });
  await new Promise<void>((resolve) => {
    proxy.listen(0, '127.0.0.1', resolve);
  });
  const address = proxy.address();
  if (address === null || typeof address === 'string') throw new Error('no port to listen on');
  const url = `http://127.0.0.1:${address.port}`;
  return {
    environment: { HTTPS_PROXY: url, HTTP_PROXY: url, NODE_EXTRA_CA_CERTS: certificate },
    refused,
    close: () =>
      new Promise((resolve) => {
        proxy.closeAllConnections();
        proxy.close(() => resolve());
      }),
  };
}
