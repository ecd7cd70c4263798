import type { InstalledSearch } from '../bundle/installed/find-installed.ts';
import type { Progress } from '../ui/progress.ts';
import { isLauncher } from '../variant/launcher-file.ts';
import type { Layout } from '../variant/layout.ts';

/** The surroundings of a command: the layout, the user's environment, and how to report and stop. */
export interface Context {
  layout: Layout;
  environment: Readonly<Record<string, string | undefined>>;
  userHome: string;
  signal: AbortSignal;
  progress: Progress;
  /** Keep unused builds in the store. */
  keepUnused?: boolean;
}

/** Where to look for the user's own Claude Code. */
export function searchFor({ environment, userHome }: Context): InstalledSearch {
  return { path: environment['PATH'] ?? '', userHome, isOurs: isLauncher };
}
