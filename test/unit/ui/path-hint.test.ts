import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { expect, it } from 'vitest';
import { pathHint } from '../../../src/ui/path-hint.ts';

const at = (shell: string, path = '/usr/bin', platform: NodeJS.Platform = 'linux') => ({
  shell,
  path,
  platform,
});

it.each([
  ['/bin/bash', /~\/\.bashrc$/],
  ['/usr/bin/zsh', /~\/\.zshrc$/],
  ['/usr/bin/fish', /^fish_add_path '\/u\/bin'$/],
  ['', /~\/\.profile$/],
])('one line for %s', (shell, line) => {
  expect(pathHint('/u/bin', at(shell))).toMatch(line);
});

it.each(['/u/bin', '/u/bin/', '/usr/bin:/u/bin', '/u/x/../bin'])(
  'nothing where PATH is %s',
  (path) => {
    expect(pathHint('/u/bin', at('/bin/bash', path))).toBeNull();
  },
);

it('sets the user’s Path on Windows', () => {
  expect(pathHint('C:/it’s', at('', '', 'win32'))).toContain("SetEnvironmentVariable('Path'");
});

it.each(['/u/bin', "/with space/it's", '/dollar$HOME/back`tick', '/quo"te/back\\slash'])(
  'the line does what it says for %s',
  async (folder) => {
    const home = await mkdtemp(join(tmpdir(), 'cc-mirror-hint-'));
    try {
      const line = pathHint(folder, at('/bin/bash'));
      await writeFile(join(home, 'line.sh'), `${line}\n`);
      // With a socket for its input, bash takes itself for a remote shell and reads ~/.bashrc anyway.
      const env = { HOME: home, PATH: '/usr/bin:/bin' };
      await execa('bash', ['--noprofile', join(home, 'line.sh')], {
        env,
        extendEnv: false,
        stdin: 'ignore',
      });
      const { stdout } = await execa(
        'bash',
        ['--noprofile', '-c', '. ~/.bashrc; printf %s "$PATH"'],
        { env, extendEnv: false, stdin: 'ignore' },
      );
      expect(stdout).toBe(`${folder}:/usr/bin:/bin`);
      expect((await readFile(join(home, '.bashrc'), 'utf8')).split('\n')).toHaveLength(2);
    } finally {
      await rm(home, { recursive: true, force: true });
    }
  },
);
