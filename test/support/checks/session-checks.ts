import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'vitest';
import { startApi } from '../../../src/probe/api.ts';
import { type World, testKey, withVariant } from '../claude.ts';
import { customOf, homeTree, withProject, writeHome } from './isolation-checks.ts';
import { type Kind, sessionEnvironment } from '../session/run-session.ts';
import { ask, withTerminal } from '../session/terminal.ts';

/** What npm, which JavaScript builds ask for its folder, writes of its own running. */
const npmLogs = /^\.npm(\/|$)/;

/**
 * A session in a terminal, with its dialogs looked at, writes nothing to the user's home but for the
 * variant's own folder; temporary files, and sockets below XDG_RUNTIME_DIR, are not in the home. It
 * says how to go on by the variant's command (`hint`: the build can be told that).
 */
export async function checkSession(
  world: World,
  source: readonly string[],
  { kind, hint }: { kind: Kind; hint: boolean },
): Promise<void> {
  const api = await startApi(() => ({ type: 'text', text: 'hello from the stand-in' }));
  try {
    await withProject(async (project) => {
      await writeHome(world.home, api.url);
      const others = Object.fromEntries(
        ['TMPDIR', 'XDG_RUNTIME_DIR'].map((name) => [name, project]),
      );
      const session = sessionEnvironment(world, kind, api.url);
      const env = { ...session, ...others, TEST_KEY: testKey, TERM: 'xterm-256color' };
      const run: World['ccMirror'] = (words) => world.ccMirror(words, { environment: env });
      await withVariant(
        { ...world, ccMirror: run },
        'isolated',
        customOf(api, source),
        async (data) => {
          await trust(data.configDir, project);
          const before = await homeTree(world);
          const options = { command: data.launcher, cwd: project, env, folder: project };
          await withTerminal(options, async (terminal) => {
            const { press, until } = terminal;
            await until(/shift\+tab|for shortcuts/);
            await ask(terminal, 'hi');
            await until(/hello from the stand-in/);
            for (const [command, seen] of [
              ['/login', /Select login method/],
              ['/plugin', /Marketplaces/],
              // 2.1.112 takes other programs of the machine for an editor that runs.
              ['/ide', /No available IDEs|extension (?:to|in) VS Code/],
              ['/mcp', /No MCP servers/],
            ] as const) {
              await ask(terminal, command);
              const screen = await until(seen);
              // After an answer that is no dialog, Escape would go to what is typed next.
              if (!/^❯\s*$/m.test(screen)) await press('Escape');
              await until(/^❯\s*$/m);
            }
            await ask(terminal, '/exit');
            const end = await until(/Pane is dead|--resume/);
            if (hint) expect(end).toMatch(/^isolated --resume/m);
          });
          const after = Object.entries(await homeTree(world)).filter(
            ([path]) => !npmLogs.test(path),
          );
          expect(Object.fromEntries(after)).toEqual(before);
        },
      );
    });
  } finally {
    await api.close();
  }
}

/** Has the user of a variant trust a folder, as the dialog at the first start there would. */
export async function trust(configDir: string, project: string): Promise<void> {
  const path = join(configDir, '.claude.json');
  const state: object = JSON.parse(await readFile(path, 'utf8'));
  const projects = { [project]: { hasTrustDialogAccepted: true } };
  await writeFile(path, JSON.stringify({ ...state, projects }));
}
