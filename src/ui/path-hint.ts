import { basename, delimiter, resolve } from 'node:path';

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * The line that puts `folder` on PATH when typed into the user's shell; null if it is on PATH already.
 * Every shell has its own file and its own way to quote.
 */
export function pathHint(
  folder: string,
  environment: Environment,
  platform: NodeJS.Platform,
): string | null {
  const { PATH: path = '' } = environment;
  if (path.split(delimiter).some((entry) => entry !== '' && resolve(entry) === folder)) return null;
  if (platform === 'win32') {
    return `[Environment]::SetEnvironmentVariable('Path', ${doubled(`${folder};`)} + [Environment]::GetEnvironmentVariable('Path', 'User'), 'User')`;
  }
  const print = `printf '%s\\n' ${single(`export PATH="${escaped(folder, /["$`\\]/g)}:$PATH"`)}`;
  switch (shellOf(environment)) {
    case 'fish':
      return `fish_add_path '${escaped(folder, /['\\]/g)}'`;
    case 'zsh':
      return `${print} >> "\${ZDOTDIR:-$HOME}/.zshrc"`;
    case 'bash':
      // Terminals on macOS start login shells, which read .profile only if there is no .bash_profile.
      if (platform === 'darwin') {
        return `[ -e ~/.bash_profile ] && f=.bash_profile || f=.profile; ${print} >> ~/$f`;
      }
      return `${print} >> ~/.bashrc`;
    case 'csh':
    case 'tcsh': {
      const set = single(`set path = ( ${single(folder)} $path )`).replaceAll('!', String.raw`\!`);
      // tcsh reads .cshrc only if there is no .tcshrc.
      return `set f = ~/.cshrc; if ( -e ~/.tcshrc ) set f = ~/.tcshrc; echo ${set} >> $f`;
    }
    case 'nu': {
      const set = `$env.PATH = ($env.PATH | split row (char esep) | prepend ${quoted(folder)})`;
      return `${quoted(`\n${set}\n`)} | save --append $nu.config-path`;
    }
    case 'elvish':
      return `mkdir -p ~/.config/elvish; echo ${doubled(`set paths = [${doubled(folder)} $@paths]`)} >> ~/.config/elvish/rc.elv`;
    case 'pwsh':
      return `New-Item -Force -ItemType Directory (Split-Path $PROFILE) > $null; Add-Content $PROFILE ${doubled(`$env:PATH = ${doubled(`${folder}:`)} + $env:PATH`)}`;
    default:
      return `${print} >> ~/.profile`;
  }
}

/** SHELL seldom names Nushell or PowerShell, but each sets a variable of its own. */
function shellOf({ NU_VERSION, PSModulePath, SHELL = '' }: Environment): string {
  if (NU_VERSION !== undefined) return 'nu';
  if (PSModulePath !== undefined) return 'pwsh';
  return basename(SHELL);
}

function escaped(text: string, special: RegExp): string {
  return text.replaceAll(special, String.raw`\$&`);
}

/** As sh and csh quote. */
function single(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}

/** As PowerShell and Elvish quote. */
function doubled(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

/** As Nushell quotes. */
function quoted(text: string): string {
  return `"${escaped(text, /["\\]/g).replaceAll('\n', String.raw`\n`)}"`;
}
