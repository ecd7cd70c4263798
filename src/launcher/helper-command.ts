import { shQuote } from './quote.ts';

/**
 * The command of Claude Code's setting `apiKeyHelper` that runs a script with Node.js. Claude Code
 * hands it to the system's own shell (seen in 2.0.77 and 2.1.112): sh, on Windows cmd. There a path
 * stands between double quotes and with slashes, which is as good in a shell of Git.
 */
export function helperCommand(node: string, script: string, platform: NodeJS.Platform): string {
  const quoted = (path: string): string =>
    platform === 'win32' ? `"${path.replaceAll('\\', '/')}"` : shQuote(path);
  return `${quoted(node)} ${quoted(script)}`;
}
