/** The message for a `version` (`18.20.8`) below `needed` (`20.12`); null if it is new enough. */
export function tooOld(version: string, needed: string): { message: string; hint: string } | null {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const [leastMajor = 0, leastMinor = 0] = needed.split('.').map(Number);
  if (major > leastMajor || (major === leastMajor && minor >= leastMinor)) return null;
  return {
    message: `cc-mirror needs Node.js ${needed} or later; this is ${version}.`,
    hint: 'Install a newer Node.js with your version manager or from https://nodejs.org, then run the command again.',
  };
}

/**
 * Whether this Node.js is too old; if so, it is reported like any failure, with status 2. This runs on
 * old versions: no imports, and only methods that these have.
 */
export function reportOldNode(needed: string): boolean {
  const problem = tooOld(process.versions.node, needed);
  if (problem === null) return false;
  const { message, hint } = problem;
  if (process.argv.includes('--json')) {
    const error = { code: 'usage', message, hint };
    const document = { schemaVersion: 1, command: null, ok: false, error };
    process.stdout.write(`${JSON.stringify(document)}\n`);
  } else process.stderr.write(`error: ${message}\n  → ${hint}\n`);
  process.exitCode = 2;
  return true;
}
