import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { cli } from '../support/claude.ts';
import { writeFakeClaude } from '../support/fake-claude.ts';
import { temporaryFolder, treeOf } from '../support/folder.ts';
import { type Terminal, withTerminal } from '../support/session/terminal.ts';

/** Runs cc-mirror in a terminal of its own, in a world made from nothing. */
async function withWizard(
  words: readonly string[],
  act: (terminal: Terminal, world: { root: string; claude: string }) => Promise<void>,
  root = temporaryFolder(),
): Promise<void> {
  const [home, claude] = [join(root, 'home'), join(root, 'claude')];
  await mkdir(home, { recursive: true });
  await writeFakeClaude(claude);
  const env = { HOME: home, PATH: '/usr/bin:/bin', TERM: 'xterm-256color', NO_COLOR: '1' };
  const args = [cli, ...words.map((word) => word.replace('CLAUDE', claude))];
  // tmux does not always learn how a program ended.
  const shell = ['-c', 'trap : INT; "$@"; echo "ended with status $?"', 'sh', process.execPath];
  await withTerminal(
    { command: '/bin/sh', args: [...shell, ...args], cwd: root, env, folder: root },
    async (terminal) => act(terminal, { root, claude }),
  );
}

describe('in a terminal', () => {
  it('create asks, and bare cc-mirror then offers the variant', async () => {
    const root = temporaryFolder();
    await withWizard(
      ['create', '--from', 'CLAUDE'],
      async ({ press, until }) => {
        await until(/Which provider/);
        await press('-l', 'custom');
        await until(/\(1 match\)/);
        await press('Enter');
        await until(/Address of the provider/);
        await press('-l', 'nowhere');
        await press('Enter');
        await until(/is not an http or https address/);
        await press('C-u');
        await press('-l', 'http://127.0.0.1:9');
        await press('Enter');
        await until(/key come from/);
        await press('Down');
        await until(/● Type or paste/);
        await press('Enter');
        await until(/Your API key/);
        await press('-l', 'k'.repeat(300));
        await press('Enter');
        await until(/Which models/);
        await press('Escape');
        await until(/Your API key[^]*Which models[^]*Your API key/);
        await press('-l', 'a-plain-key');
        await press('Enter');
        await until(/Which models[^]*Which models/);
        await press('Enter');
        await until(/custom-claude█/);
        await press('Enter');
        await until(/Which tools/);
        await press('Enter');
        await until(/Which packs/);
        await press('Enter');
        const summary = await until(/Create it\?/);
        expect(summary).toContain('cc-mirror quick custom-claude --from');
        expect(summary).not.toContain('a-plain-key');
        await press('Enter');
        await until(/custom-claude is ready[^]*status 0/);
      },
      root,
    );
    await withWizard(
      [],
      async ({ press, until }) => {
        await until(/● custom-claude {2}custom, 2\.1\.16/);
        await press('Enter');
        await until(/What about custom-claude/);
        await press('Down', 'Down', 'Down');
        await until(/● Show it in full/);
        await press('Enter');
        await until(/key {7}in a file that only you can read[^]*status 0/);
      },
      root,
    );
  });

  it('Ctrl-C leaves nothing, and ends with 130', async () => {
    await withWizard(
      ['create', '--from', 'CLAUDE', '--provider', 'mirror'],
      async (terminal, { root }) => {
        const { press, until } = terminal;
        await until(/key come from/);
        await press('Enter');
        await until(/mclaude█/);
        await press('C-c');
        await until(/Cancelled; nothing was changed[^]*status 130/);
        expect(Object.keys(await treeOf(join(root, 'home')))).toEqual([]);
      },
    );
  });
});
