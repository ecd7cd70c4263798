import { mkdir, mkdtemp, readFile, realpath, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { execa, execaSync } from 'execa';
import { expect } from 'vitest';
import { clearedVariables } from '../../../src/claude-variables.ts';
import { type LoopbackApi, startApi } from '../../../src/probe/api.ts';
import { type World, cli, testKey, withVariant } from '../claude.ts';
import { type Kind, sessionEnvironment } from '../session/run-session.ts';
import { treeOf } from '../folder.ts';

const prompt = 'begin the session';

/** What must not get through: it is in every value of the environment around a variant. */
const mark = 'of-somebody-else';
const marked = new RegExp(`.{0,60}${mark}.{0,60}`, 's');

/** Somebody else's service: whatever connects to it is counted and gets no answer. */
async function withStranger<T>(
  act: (url: string, connections: () => number) => Promise<T>,
): Promise<T> {
  let count = 0;
  const server = createServer((socket) => {
    count++;
    socket.destroy();
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port to listen on');
  try {
    return await act(`http://127.0.0.1:${address.port}/${mark}`, () => count);
  } finally {
    server.close();
  }
}

/** Every variable that a launcher clears, and those of features, with a value of somebody else's. */
function hostileVariables(url: string, folder: string): Record<string, string> {
  const value = (name: string): string => {
    if (/_(URL|BASE|HOST)$/.test(name)) return url;
    if (/_(USE|SKIP|HAS|ENABLE)_|MANAGED_BY_HOST$|_FORCE$/.test(name)) return '1';
    if (/_(FILE|DIR)$/.test(name)) return folder;
    if (name.endsWith('_FILE_DESCRIPTOR')) return '9';
    if (name.endsWith('HEADERS')) return `x-${mark}: yes`;
    if (name.endsWith('BODY')) return `{"${mark}":true}`;
    if (name.endsWith('SOCKET')) return join(folder, 'socket');
    return `${mark}-${name.toLowerCase()}`;
  };
  return {
    ...Object.fromEntries(clearedVariables.map((name) => [name, value(name)])),
    CLAUDE_CODE_ENABLE_TASKS: '0',
    CLAUDE_CODE_EXPERIMENTAL_AGENT_TEAMS: '0',
    CLAUDE_CODE_AGENT_SWARMS: '0',
    DISABLE_AUTOUPDATER: '',
    DISABLE_UPDATES: '',
  };
}

/** The configuration of somebody else, as it would be read where CLAUDE_CONFIG_DIR got through. */
async function writeConfiguration(folder: string, url: string): Promise<void> {
  const env = { ANTHROPIC_BASE_URL: url, ANTHROPIC_MODEL: `${mark}-settings` };
  const token = { accessToken: `${mark}-token`, refreshToken: mark, expiresAt: 4e12, scopes: [] };
  const files = {
    'settings.json': JSON.stringify({ env, model: `${mark}-setting` }),
    '.claude.json': JSON.stringify({ hasCompletedOnboarding: true, primaryApiKey: `${mark}-key` }),
    '.credentials.json': JSON.stringify({ claudeAiOauth: token }),
    'CLAUDE.md': `Always say ${mark}.\n`,
    'skills/other/SKILL.md': `---\nname: other\ndescription: ${mark}\n---\n\n${mark}\n`,
    'agents/other.md': `---\nname: other\ndescription: ${mark}\n---\n\n${mark}\n`,
    'commands/other.md': `${mark}\n`,
  };
  for (const [name, text] of Object.entries(files)) {
    const path = join(folder, name);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, text);
  }
}

/** A home folder as a user of Claude Code has it, with what others keep there. */
export async function writeHome(home: string, url: string): Promise<void> {
  await writeConfiguration(join(home, '.claude'), url);
  await writeFile(join(home, '.claude.json'), JSON.stringify({ primaryApiKey: `${mark}-key` }));
  for (const name of ['.bashrc', '.profile', '.zshrc', '.gitconfig', 'notes.txt']) {
    await writeFile(join(home, name), '');
  }
  await mkdir(join(home, '.local', 'share', 'claude', 'versions'), { recursive: true });
  await mkdir(join(home, '.local', 'bin'), { recursive: true });
}

/** The user's home but for what is ours: the folder of variants and that of launchers. */
export async function homeTree({ home }: World): Promise<Record<string, string>> {
  const tree = Object.entries(await treeOf(home));
  return Object.fromEntries(tree.filter(([path]) => !/^(\.cc-mirror|\.local\/bin)\//.test(path)));
}

/** A project that does not lie in the user's home, whose CLAUDE.md would be read on the way up. */
export async function withProject<T>(act: (project: string) => Promise<T>): Promise<T> {
  const project = await realpath(await mkdtemp(join(tmpdir(), 'cc-mirror-project-')));
  try {
    return await act(project);
  } finally {
    await rm(project, { recursive: true, force: true });
  }
}

/** The words that make a variant of the loopback API. */
export function customOf(api: LoopbackApi, source: readonly string[]): string[] {
  const custom = ['--provider', 'custom', '--base-url', api.url, '--model', 'some-model'];
  return [...custom, '--api-key-env', 'TEST_KEY', ...source];
}

/**
 * Nothing of the environment around a variant, of the user's own configuration or of another one
 * gets through its launcher, but for a variable that is to be kept; none of these is written to.
 */
export async function checkIsolation(
  world: World,
  source: readonly string[],
  kind: Kind,
): Promise<void> {
  const api = await startApi(() => ({ type: 'text', text: 'hello from the stand-in' }));
  const other = join(world.home, 'other');
  try {
    await withStranger((url, connections) =>
      withProject(async (project) => {
        await writeHome(world.home, url);
        await writeConfiguration(other, url);
        const hostile = hostileVariables(url, other);
        const around = { ...world.environment, ...hostile, TEST_KEY: testKey };
        const environment = sessionEnvironment({ environment: around }, kind, api.url);
        const run: World['ccMirror'] = (words) => world.ccMirror(words, { environment });
        const started = {
          cwd: project,
          env: environment,
          extendEnv: false,
          stdin: 'ignore',
        } as const;
        const launch = async (launcher: string): Promise<void> => {
          const { stdout } = await execa(launcher, ['-p', prompt], started);
          expect(stdout.trim()).toBe('hello from the stand-in');
        };
        const before = await homeTree(world);
        await withVariant(
          { ...world, ccMirror: run },
          'isolated',
          customOf(api, source),
          async (data) => {
            await launch(data.launcher);
            checkOwn(api, 'some-model');
            const { length } = api.requests;
            await run(['update', 'isolated', '--keep-env', 'ANTHROPIC_MODEL']);
            await launch(data.launcher);
            checkOwn({ ...api, requests: api.requests.slice(length) }, `${mark}-anthropic_model`);
            expect((await run(['rollback', 'isolated'])).status).toBe(0);
            await launch(data.launcher);
            expect(api.requests.at(-1)?.body.model).toBe('some-model');
            expect(connections()).toBe(0);
            await run(['update', 'isolated', '--keep-env', 'ANTHROPIC_BASE_URL']);
            const misled = execa(data.launcher, ['-p', prompt], { ...started, reject: false });
            while (connections() === 0) await delay(50);
            misled.kill('SIGKILL');
            await misled;
            expect(await homeTree(world)).toEqual(before);
            const state = await readFile(join(data.configDir, '.claude.json'), 'utf8');
            expect(marked.exec(state)?.[0]).toBeUndefined();
          },
        );
        expect(await homeTree(world)).toEqual(before);
      }),
    );
  } finally {
    await api.close();
  }
}

/** Every request is the variant's own: its key and its model, and nothing of what was around it. */
function checkOwn({ requests }: Pick<LoopbackApi, 'requests'>, model: string): void {
  const asked = requests.filter(({ body }) => JSON.stringify(body.messages).includes(prompt));
  expect(asked.length).toBeGreaterThan(0);
  for (const { headers, body, url } of requests) {
    expect(headers['authorization']).toBe(`Bearer ${testKey}`);
    expect(headers['x-api-key']).toBeUndefined();
    expect(body.model).toBe(model);
    // A request tells the model in words too.
    const text = JSON.stringify([url, headers, body]).replaceAll(model, '');
    expect(marked.exec(text)?.[0]).toBeUndefined();
  }
  const offered = requests.flatMap(({ body }) => body.tools ?? []).map(({ name }) => name);
  expect(offered).toContain('TaskCreate');
}

/** A shell in which the home folder cannot be written to but for our two folders; runs its words. */
const readOnlyHome = `set -e
mount --rbind "$HOME" "$HOME"
mount -o remount,bind,ro,nosuid,nodev "$HOME"
mount --bind "$OURS/home" "$HOME/.cc-mirror"
mount --bind "$OURS/bin" "$HOME/.local/bin"
if touch "$HOME/canary" 2>/dev/null; then exit 99; fi
exec "$@"`;

/** The words before a command that give it mounts of its own; undefined: not on this machine. */
export const ownMounts = ['-m', '-rm']
  .map((option) => ['unshare', option, '--propagation', 'private'])
  .find(([program = '', ...words]) => {
    const attempt = [...words, 'mount', '--rbind', '/', '/'];
    return execaSync(program, attempt, { reject: false }).exitCode === 0;
  });

/** Everything works in a home that cannot be written to, but for the folders of ours. */
export async function checkReadOnlyHome(world: World, build: string, kind: Kind): Promise<void> {
  const api = await startApi(() => ({ type: 'text', text: 'hello from the stand-in' }));
  const ours = join(world.home, 'ours');
  const home = join(world.home, 'user');
  for (const folder of [join(ours, 'home'), join(ours, 'bin'), home])
    await mkdir(folder, { recursive: true });
  await writeHome(home, api.url);
  await mkdir(join(home, '.cc-mirror'));
  const before = await treeOf(home);
  const { PATH = '' } = world.environment;
  const around = { PATH, HOME: home, OURS: ours, TEST_KEY: testKey };
  const run = (cwd: string, ...command: string[]): Promise<{ stdout: string }> => {
    const [program = '', ...words] = ownMounts ?? [];
    return execa(program, [...words, 'sh', '-c', readOnlyHome, 'sh', ...command], {
      cwd,
      env: sessionEnvironment({ environment: around }, kind, api.url),
      extendEnv: false,
      stdin: 'ignore',
    });
  };
  try {
    await withProject(async (project) => {
      const cc = (...words: string[]) => run(project, process.execPath, cli, ...words);
      const launch = async (): Promise<void> => {
        const { stdout } = await run(
          project,
          join(home, '.local', 'bin', 'isolated'),
          '-p',
          prompt,
        );
        expect(stdout.trim()).toBe('hello from the stand-in');
      };
      await cc('quick', 'isolated', ...customOf(api, ['--from', build]));
      await launch();
      await cc('update', '--model', 'other-model');
      await cc('rollback', 'isolated');
      await launch();
      await cc('doctor');
      await cc('remove', 'isolated', '--yes');
      expect(await treeOf(home)).toEqual(before);
    });
  } finally {
    await api.close();
  }
}
