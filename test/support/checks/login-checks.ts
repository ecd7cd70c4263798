import { createServer as createHttpServer } from 'node:http';
import { createServer } from 'node:https';
import { type AddressInfo, connect } from 'node:net';
import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { expect } from 'vitest';
import { type World, withVariant } from '../claude.ts';
import { withTerminal } from '../session/terminal.ts';

/** A proxy that takes everything, whatever its address, to a server on this machine that says yes. */
async function withProxy<T>(folder: string, act: (proxy: string) => Promise<T>): Promise<T> {
  const [key, cert] = [join(folder, 'key.pem'), join(folder, 'cert.pem')];
  const made = ['-x509', '-newkey', 'rsa:2048', '-nodes', '-keyout', key, '-out', cert];
  await execa('openssl', ['req', ...made, '-days', '2', '-subj', '/CN=stand-in']);
  const server = createServer(
    { key: await readFile(key), cert: await readFile(cert) },
    (_, response) => response.end('{}'),
  );
  const proxy = createHttpServer((_, response) => response.writeHead(404).end());
  proxy.on('connect', (_, socket) => {
    const onward = connect(portOf(server.address()), '127.0.0.1', () => {
      socket.write('HTTP/1.1 200 OK\r\n\r\n');
      onward.pipe(socket).pipe(onward);
    });
    for (const end of [socket, onward])
      end.on('error', () => [socket, onward].map((one) => one.destroy()));
  });
  for (const one of [server, proxy]) {
    await new Promise<void>((resolve) => {
      one.listen(0, '127.0.0.1', resolve);
    });
  }
  try {
    return await act(`http://127.0.0.1:${portOf(proxy.address())}`);
  } finally {
    for (const one of [server, proxy]) {
      one.close();
      one.closeAllConnections();
    }
  }
}

function portOf(address: AddressInfo | string | null): number {
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}

/** The first start of a variant without a key leads to the login; `-p` says that there is none. */
export async function checkLogin(world: World, version: string): Promise<void> {
  const project = join(world.home, 'project');
  await mkdir(project);
  await withProxy(world.home, (proxy) => {
    const args = ['--provider', 'mirror', '--claude-version', version];
    return withVariant(world, 'fresh', args, async (data) => {
      expect(data.next).toEqual({ step: 'login', command: 'fresh' });
      const env = {
        ...world.environment,
        TERM: 'xterm-256color',
        CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '1',
        HTTPS_PROXY: proxy,
        NO_PROXY: '127.0.0.1',
        NODE_TLS_REJECT_UNAUTHORIZED: '0',
      };
      const { stdout, exitCode } = await execa(data.launcher, ['-p', 'hi'], {
        cwd: project,
        env,
        extendEnv: false,
        reject: false,
        stdin: 'ignore',
      });
      expect([stdout, exitCode]).toEqual([expect.stringContaining('Please run /login'), 1]);
      const session = { command: data.launcher, cwd: project, env, folder: world.home };
      await withTerminal(session, async ({ press, until }) => {
        await until(/Choose the text style/);
        await press('Enter');
        await until(/Select login method/);
      });
    });
  });
}
