import type { ProbeTarget } from './program.ts';

/** What keeps a run on the loopback: options of Node.js, and variables. */
export interface Guard {
  nodeOptions: readonly string[];
  variables: Readonly<Record<string, string>>;
}

/**
 * Keeps what a program does by itself off the network: builds up to 2.1.113 ask api.anthropic.com
 * from `-p` whether to send metrics, whatever the variables for that say.
 *
 * Node.js refuses each connection to elsewhere; proxy variables would not do for it, as 2.1.112
 * sends nothing at all on Node 26 while one is set. A native program has nothing but them: the
 * loopback API (`baseUrl`) becomes the proxy of everything that is not for it, and refuses to be one.
 */
export function guardFor(kind: ProbeTarget['kind'], baseUrl: string): Guard {
  if (kind === 'js') return { nodeOptions: ['--import', preload], variables: {} };
  return {
    nodeOptions: [],
    variables: {
      HTTPS_PROXY: baseUrl,
      https_proxy: baseUrl,
      HTTP_PROXY: baseUrl,
      http_proxy: baseUrl,
      NO_PROXY: own,
      no_proxy: own,
    },
  };
}

const own = '127.0.0.1,localhost';

/**
 * Runs before the program. Every TCP connection of Node.js (http, https, tls, fetch) begins with
 * `Socket.connect`, whose arguments are (options), (path), (port, host) or these in a list; one to
 * elsewhere fails as where a name cannot be found, without being looked up.
 * Source: https://nodejs.org/api/net.html#socketconnect
 */
const preload = `data:text/javascript,${encodeURIComponent(`
import { Socket } from 'node:net';
const { connect } = Socket.prototype;
const own = new Set(['127.0.0.1', '::1', 'localhost']);
Socket.prototype.connect = function (...given) {
  const [first, second] = Array.isArray(given[0]) ? given[0] : given;
  const options = typeof first === 'object' && first !== null ? first : null;
  const local = options ? options.path : typeof first === 'string' && Number.isNaN(Number(first));
  const host = options ? options.host : second;
  if (local || typeof host !== 'string' || own.has(host)) return connect.apply(this, given);
  const error = new Error('a probe connects to the loopback only, not to ' + host);
  const lookup = (_, __, done) => done(Object.assign(error, { code: 'ECONNREFUSED' }));
  return connect.call(this, { host: 'elsewhere.invalid', port: 1, lookup });
};
`)}`;
