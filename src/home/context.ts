import type { InstalledSearch } from '../bundle/installed/find-installed.ts';
import type { Progress } from '../ui/progress.ts';
import { isLauncher } from '../variant/launcher-file.ts';
import type { Layout } from '../variant/layout.ts';

/** The world outside: where things lie, who is asking, how to report and to stop. */
export interface Context {
  layout: Layout;
  environment: Readonly<Record<string, string | undefined>>;
  userHome: string;
  signal: AbortSignal;
  progress: Progress;
  /** Leave in the store what no variant uses any more. */
  keepUnused?: boolean;
}

/** Where to look for the user's own Claude Code. */
export function searchFor({ environment, userHome }: Context): InstalledSearch {
  return { path: environment['PATH'] ?? '', userHome, isOurs: isLauncher };
}
