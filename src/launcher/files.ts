import { gitBashLauncher } from './git-bash.ts';
import { posixLauncher } from './posix.ts';
import type { LauncherSpec } from './spec.ts';
import { windowsLauncher } from './windows.ts';

/** One of the files that make a variant's command: its name is the variant's and `suffix`. */
export interface LauncherFile {
  suffix: '' | '.cmd';
  text: string;
  mode: number;
}

/** The files that make a variant's command on `platform`; on Windows a second one is for Git Bash. */
export function launcherFiles(spec: LauncherSpec, platform: NodeJS.Platform): LauncherFile[] {
  const mode = 0o755;
  if (platform !== 'win32') return [{ suffix: '', text: posixLauncher(spec), mode }];
  return [
    { suffix: '.cmd', text: windowsLauncher(spec), mode },
    { suffix: '', text: gitBashLauncher(spec), mode },
  ];
}
