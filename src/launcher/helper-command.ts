import { shQuote } from './quote.ts';

/**
 * The value of Claude Code's setting `apiKeyHelper` that runs our script. Claude Code passes it to
 * sh, on Windows to cmd (seen in 2.0.77 and 2.1.112). Double quotes and slashes work in cmd and in
 * Git Bash.
 */
export function helperCommand(script: string, platform: NodeJS.Platform): string {
  return platform === 'win32' ? `"${script.replaceAll('\\', '/')}"` : `/bin/sh ${shQuote(script)}`;
}
