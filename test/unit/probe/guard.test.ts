import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { guardFor } from '../../../src/probe/guard.ts';
import { runClaude } from '../../../src/probe/run-claude.ts';
import { withWorkspace } from '../../../src/probe/workspace.ts';
import { temporaryFolder } from '../../support/folder.ts';

/** In a network reserved for examples: RFC 5737. */
const elsewhere = '192.0.2.1';

/** Runs a script as a JavaScript bundle and returns the JSON that it prints. */
async function printed(script: string): Promise<unknown> {
  const folder = temporaryFolder();
  const path = join(folder, 'cli.mjs');
  await writeFile(path, script);
  const run = await withWorkspace({}, (workspace) =>
    runClaude({
      target: { kind: 'js', path },
      workspace,
      args: [],
      responder: () => ({ type: 'text', text: 'ok' }),
    }),
  );
  expect(run.stderr).toBe('');
  return JSON.parse(run.stdout);
}

const ways = {
  fetch: `await fetch('https://${elsewhere}/').catch(({ cause }) => cause)`,
  https: `await new Promise((done) => https.get('https://${elsewhere}/').on('error', done))`,
  http: `await new Promise((done) => http.get({ host: '${elsewhere}', agent: false }).on('error', done))`,
  'a port and a host': `await new Promise((done) => net.connect(443, '${elsewhere}').on('error', done))`,
  'a port as text': `await new Promise((done) => net.connect('443', '${elsewhere}').on('error', done))`,
  tls: `await new Promise((done) => tls.connect({ host: '${elsewhere}', port: 443 }).on('error', done))`,
  'a host name': `await new Promise((done) => net.connect(443, 'nowhere.invalid').on('error', done))`,
};

it.each(Object.entries(ways))(
  'a JavaScript program cannot leave the loopback by %s',
  async (_, way) => {
    expect(
      await printed(`
      import http from 'node:http';
      import https from 'node:https';
      import net from 'node:net';
      import tls from 'node:tls';
      const { code, message } = ${way};
      console.log(JSON.stringify([code, message]));`),
    ).toEqual([
      'ECONNREFUSED',
      expect.stringMatching(/the loopback only, not to (192\.0\.2\.1|nowhere\.invalid)$/),
    ]);
  },
);

it('a JavaScript program reaches the API and its own sockets, and has no proxy variables', async () => {
  expect(
    await printed(`
      import net from 'node:net';
      const path = process.env.TMPDIR + '/own';
      const server = net.createServer((socket) => socket.end('own')).listen(path);
      const own = await new Promise((done) => net.connect(path).on('data', (data) => done(String(data))));
      server.close();
      const { port } = new URL(process.env.ANTHROPIC_BASE_URL);
      const status = [];
      for (const host of ['127.0.0.1', 'localhost']) {
        status.push((await fetch('http://' + host + ':' + port + '/').catch(({ cause }) => cause)).status);
      }
      const proxies = Object.keys(process.env).filter((name) => /proxy/i.test(name));
      console.log(JSON.stringify([own, status, proxies]));`),
  ).toEqual(['own', [404, 404], []]);
});

it('a native program gets the API as its proxy', () => {
  const url = 'http://127.0.0.1:1';
  const { nodeOptions, variables } = guardFor('native', url);
  expect(nodeOptions).toEqual([]);
  expect(variables).toEqual({
    HTTPS_PROXY: url,
    https_proxy: url,
    HTTP_PROXY: url,
    http_proxy: url,
    NO_PROXY: '127.0.0.1,localhost',
    no_proxy: '127.0.0.1,localhost',
  });
});
