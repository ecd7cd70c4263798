/** What keeps a run on the loopback: Node.js options, and variables. */
export interface Guard {
  nodeOptions: readonly string[];
  variables: Readonly<Record<string, string>>;
}

/**
 * Keeps a program off the network: with `-p`, builds up to 2.1.113 ask api.anthropic.com whether to
 * send metrics, even where variables turn that off.
 *
 * In Node.js a preload refuses every connection that leaves the loopback. Proxy variables would not
 * work there: 2.1.112 sends nothing at all on Node.js 26 while one is set. For a native program they
 * are the only means: the loopback API (`baseUrl`) is named as the proxy and refuses to be one.
 */
export function guardFor(kind: 'js' | 'native', baseUrl: string): Guard {
  if (kind === 'js') return { nodeOptions: ['--import', preload], variables: {} };
  return {
    nodeOptions: [],
    variables: {
      HTTPS_PROXY: baseUrl,
      https_proxy: baseUrl,
      HTTP_PROXY: baseUrl,
      http_proxy: baseUrl,
      NO_PROXY: loopback,
      no_proxy: loopback,
    },
  };
}

const loopback = '127.0.0.1,localhost';

/**
 * Runs before the program. Every TCP connection of Node.js (http, https, tls, fetch) begins with
 * `Socket.connect`, called with (options), (path), (port, host) or one of these as an array. One
 * that leaves the loopback fails in its name lookup, before anything is sent.
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
