import { shQuote } from './quote.ts';

/**
 * The command of Claude Code's setting `apiKeyHelper` that runs a script of ours. Claude Code hands
 * it to the system's own shell (seen in 2.0.77 and 2.1.112): sh, on Windows cmd. There a path
 * stands between double quotes and with slashes, which is as good in a shell of Git.
 */
export function helperCommand(script: string, platform: NodeJS.Platform): string {
  return platform === 'win32' ? `"${script.replaceAll('\\', '/')}"` : `/bin/sh ${shQuote(script)}`;
}
