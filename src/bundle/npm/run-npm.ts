import { execa } from 'execa';
import { CcMirrorError } from '../../errors.ts';
import { killGroup, taskkill } from '../../process-group.ts';
import * as z from '../../zod.ts';

/** The result of an npm command: its output, or npm's own error code and summary. */
export type NpmResult =
  | { ok: true; stdout: string }
  | { ok: false; code: string | undefined; detail: string };

const posix = process.platform !== 'win32';

/**
 * Runs the user's npm with the user's settings, but without the current project's `.npmrc`
 * (`--global`): a project must not decide where Claude Code comes from. npm gets its own process
 * group, which is killed on `signal` (whose reason is then thrown) and at exit: if `npm` is a shim,
 * a child of it does the download.
 *
 * npm's default of 10 s and 60 s before retrying an unreachable registry becomes 1 s and 5 s, unless
 * the environment sets it. The number of retries stays the user's setting.
 *
 * Errors: `network` if npm cannot be started. Registry failures are returned.
 */
export async function runNpm(args: readonly string[], signal: AbortSignal): Promise<NpmResult> {
  signal.throwIfAborted();
  const child = execa('npm', [...args, '--global', '--loglevel=error', '--no-update-notifier'], {
    reject: false,
    stdin: 'ignore',
    detached: posix,
    env: {
      npm_config_fetch_retry_mintimeout: '1000',
      npm_config_fetch_retry_maxtimeout: '5000',
      ...process.env,
    },
  });
  let killed: Promise<void> | undefined;
  const onAbort = () => {
    killed = kill(child.pid);
  };
  const onExit = () => killGroup(child.pid);
  signal.addEventListener('abort', onAbort, { once: true });
  process.once('exit', onExit);
  try {
    const { failed, exitCode, code, stdout, stderr } = await child;
    await killed;
    signal.throwIfAborted();
    if (!failed) return { ok: true, stdout };
    if (exitCode === undefined && code !== undefined) throw notStarted(code);
    return { ok: false, ...failureIn(stdout, stderr) };
  } finally {
    signal.removeEventListener('abort', onAbort);
    process.off('exit', onExit);
  }
}

const errorSchema = z.object({
  error: z.object({ code: z.optional(z.string()), summary: z.optional(z.string()) }),
});

/** npm 10 also prints failures as JSON on standard output, npm 8 only as lines on standard error. */
function failureIn(stdout: string, stderr: string): { code: string | undefined; detail: string } {
  const { code, summary } = z.parseJson(stdout, errorSchema)?.error ?? {};
  const lines = [...stderr.matchAll(/^npm (?:ERR!|error) (.+)$/gm)].map(([, line = '']) => line);
  const coded = lines.find((line) => line.startsWith('code '))?.slice('code '.length);
  const said = lines.find((line) => !/^(?:code|syscall|errno|path) /.test(line));
  const last = stderr.trim().split('\n').at(-1);
  const details = [summary?.split('\n')[0], said, last, 'npm failed'];
  return { code: code ?? coded, detail: details.find((detail) => detail) ?? '' };
}

function notStarted(code: string): CcMirrorError {
  return new CcMirrorError(
    'network',
    code === 'ENOENT' ? 'npm was not found on PATH.' : `npm could not be started: ${code}.`,
    'Install npm (it comes with Node.js), or name a bundle with --from PATH.',
  );
}

async function kill(pid: number | undefined): Promise<void> {
  if (posix || pid === undefined) return killGroup(pid);
  const { file, args } = taskkill(pid);
  // Fails if npm has just exited; then there is nothing to end.
  await execa(file, args, { reject: false });
}
