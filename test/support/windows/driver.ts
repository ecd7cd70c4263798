import { spawn } from 'node:child_process';
import { createServer } from 'node:http';
import { text } from 'node:stream/consumers';

/**
 * Runs on the Windows side, by Node itself: starts what the tests ask for over the loopback and
 * answers with how it ended. Wine hands no pipe of Linux to a Windows program, so its output could
 * only be had through files; between two Windows programs pipes work.
 */
export interface WindowsRun {
  command: string;
  args: string[];
  cwd: string;
  /** The whole environment. */
  env: Record<string, string>;
  /** What is typed into it; nothing if left out. */
  input?: string | undefined;
  /** Hands the arguments on as they are, unquoted, for programs that do not read them as C does. */
  verbatim?: boolean | undefined;
}

export interface WindowsEnd {
  /** Null for one that was killed or could not be started. */
  status: number | null;
  stdout: string;
  stderr: string;
}

/** The place in its output where the driver says its address. */
export const driverReady = /^listening on (http:\S+)$/m;

function run({ command, args, cwd, env, input, verbatim }: WindowsRun, abort: AbortSignal) {
  return new Promise<WindowsEnd>((resolve, reject) => {
    const child = spawn(command, args, {
      cwd,
      env,
      signal: abort,
      windowsHide: true,
      windowsVerbatimArguments: verbatim ?? false,
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    child.stdin.on('error', () => child.stdin.destroy());
    child.stdin.end(input ?? '');
    const output = Promise.all([text(child.stdout), text(child.stderr)]);
    child.on('error', reject);
    child.on('close', (status) => {
      output.then(([stdout, stderr]) => resolve({ status, stdout, stderr }), reject);
    });
  });
}

if (process.platform === 'win32') {
  const server = createServer((request, response) => {
    const gone = new AbortController();
    response.on('close', () => gone.abort());
    const answer = (status: number, body: string): void => {
      response.writeHead(status, { connection: 'close' }).end(body);
    };
    text(request)
      .then((body) => run(JSON.parse(body), gone.signal))
      .then((end) => answer(200, JSON.stringify(end)))
      .catch((error: unknown) => answer(500, String(error)));
  });
  server.requestTimeout = 0;
  server.listen(0, '127.0.0.1', () => {
    const address = server.address();
    if (address === null || typeof address === 'string') throw new Error('no port');
    process.stdout.write(`listening on http://127.0.0.1:${address.port}\n`);
  });
}
