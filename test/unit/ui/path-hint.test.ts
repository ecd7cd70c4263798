import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { expect, it } from 'vitest';
import { pathHint } from '../../../src/ui/path-hint.ts';
import { temporaryFolder } from '../../support/folder.ts';

const hintFor = (
  folder: string,
  environment: Record<string, string>,
  platform: NodeJS.Platform = 'linux',
) => pathHint(folder, { PATH: '/usr/bin', ...environment }, platform);

const exported = `printf '%s\\n' 'export PATH="/u/bin:$PATH"'`;

it.each([
  ['/bin/bash', `${exported} >> ~/.bashrc`],
  ['/usr/bin/zsh', `${exported} >> "\${ZDOTDIR:-$HOME}/.zshrc"`],
  ['/usr/bin/fish', "fish_add_path '/u/bin'"],
  [
    '/bin/tcsh',
    String.raw`set f = ~/.cshrc; if ( -e ~/.tcshrc ) set f = ~/.tcshrc; echo 'set path = ( '\''/u/bin'\'' $path )' >> $f`,
  ],
  [
    '/usr/bin/nu',
    String.raw`"\n$env.PATH = ($env.PATH | split row (char esep) | prepend \"/u/bin\")\n" | save --append $nu.config-path`,
  ],
  [
    '/usr/bin/elvish',
    "mkdir -p ~/.config/elvish; echo 'set paths = [''/u/bin'' $@paths]' >> ~/.config/elvish/rc.elv",
  ],
  [
    '/usr/bin/pwsh',
    "New-Item -Force -ItemType Directory (Split-Path $PROFILE) > $null; Add-Content $PROFILE '$env:PATH = ''/u/bin:'' + $env:PATH'",
  ],
  ['/bin/ksh', `${exported} >> ~/.profile`],
  ['', `${exported} >> ~/.profile`],
])('returns one line for %s', (shell, line) => {
  expect(hintFor('/u/bin', { SHELL: shell })).toBe(line);
});

it('quotes csh like tcsh', () => {
  const line = hintFor('/u/bin', { SHELL: '/bin/tcsh' });
  expect(hintFor('/u/bin', { SHELL: '/bin/csh' })).toBe(line);
});

it('chooses the file that bash reads on macOS', () => {
  expect(hintFor('/u/bin', { SHELL: '/bin/bash' }, 'darwin')).toBe(
    `[ -e ~/.bash_profile ] && f=.bash_profile || f=.profile; ${exported} >> ~/$f`,
  );
});

it.each([
  ['NU_VERSION', '0.115.1', /save --append \$nu\.config-path$/],
  ['PSModulePath', '/opt/microsoft/powershell/7/Modules', /Add-Content \$PROFILE/],
])('prefers the running shell to the login shell: %s', (name, value, line) => {
  expect(hintFor('/u/bin', { SHELL: '/bin/bash', [name]: value })).toMatch(line);
});

it.each([
  ['fish', String.raw`'/it\'s \\x'`],
  ['nu', String.raw`prepend \"/it's \\\\x\")`],
  ['elvish', String.raw`''/it''''s \x''`],
  ['pwsh', String.raw`''/it''''s \x:''`],
  ['tcsh', String.raw`'\''/it'\''\'\'''\''s \x'\''`],
])('quotes the folder for %s', (shell, quoted) => {
  expect(hintFor(String.raw`/it's \x`, { SHELL: shell })).toContain(quoted);
});

it.each(['/u/bin', '/u/bin/', '/usr/bin:/u/bin', '/u/x/../bin'])(
  'returns null if PATH is %s',
  (path) => {
    expect(hintFor('/u/bin', { SHELL: '/bin/bash', PATH: path })).toBeNull();
  },
);

it('sets the user’s Path on Windows', () => {
  expect(hintFor('C:/it’s', { PATH: '' }, 'win32')).toContain("SetEnvironmentVariable('Path'");
});

it.each(['/u/bin', "/with space/it's", '/dollar$HOME/back`tick', '/quo"te/back\\slash'])(
  'the line works for %s',
  async (folder) => {
    const home = temporaryFolder();
    const line = hintFor(folder, { SHELL: '/bin/bash' });
    await writeFile(join(home, 'line.sh'), `${line}\n`);
    // With a socket as input, bash thinks that it is a remote shell and reads ~/.bashrc.
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
  },
);
