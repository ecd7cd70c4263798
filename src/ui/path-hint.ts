import { basename, delimiter, resolve } from 'node:path';

/**
 * The one line that puts `folder` on PATH for the user's shell, or null if it is there already.
 * `shell` is the value of SHELL; on Windows it is not looked at.
 */
export function pathHint(
  folder: string,
  { path, shell, platform }: { path: string; shell: string; platform: NodeJS.Platform },
): string | null {
  if (path.split(delimiter).some((entry) => entry !== '' && resolve(entry) === folder)) return null;
  if (platform === 'win32') {
    const quoted = folder.replaceAll("'", "''");
    return `[Environment]::SetEnvironmentVariable('Path', '${quoted};' + [Environment]::GetEnvironmentVariable('Path', 'User'), 'User')`;
  }
  const quoted = `'${folder.replaceAll("'", `'\\''`)}'`;
  switch (basename(shell)) {
    case 'fish':
      return `fish_add_path ${quoted}`;
    case 'zsh':
      return `printf '%s\\n' ${exportLine(folder)} >> ~/.zshrc`;
    case 'bash':
      return `printf '%s\\n' ${exportLine(folder)} >> ~/.bashrc`;
    default:
      return `printf '%s\\n' ${exportLine(folder)} >> ~/.profile`;
  }
}

/** `'export PATH="<folder>:$PATH"'`, quoted to survive both the printing and the later reading. */
function exportLine(folder: string): string {
  const inDouble = folder.replaceAll(/["$`\\]/g, String.raw`\$&`);
  return `'export PATH="${inDouble.replaceAll("'", `'\\''`)}:$PATH"'`;
}
