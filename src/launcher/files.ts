import { gitBashLauncher } from './git-bash.ts';
import { posixLauncher } from './posix.ts';
import type { LauncherSpec } from './spec.ts';
import { windowsLauncher } from './windows.ts';

/** A file of a variant's command, named after the variant with `suffix`. */
export interface LauncherFile {
  suffix: '' | '.cmd';
  text: string;
  mode: number;
}

/** The files of a variant's command on `platform`; on Windows there is a second one for Git Bash. */
export function launcherFiles(spec: LauncherSpec, platform: NodeJS.Platform): LauncherFile[] {
  const mode = 0o755;
  if (platform !== 'win32') return [{ suffix: '', text: posixLauncher(spec), mode }];
  return [
    { suffix: '.cmd', text: windowsLauncher(spec), mode },
    { suffix: '', text: gitBashLauncher(spec), mode },
  ];
}
