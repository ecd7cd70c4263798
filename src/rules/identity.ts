/**
 * How a build tells a worker's tool call from the main session's: `agent_id` in what a hook is
 * given, or only that the call is in the worker's transcript and not in the main one.
 */
export type Identity = 'agent-id' | 'transcript';

/**
 * Measured on builds around the change: 2.1.69 and all later ones give the id (2.1.64 too, 2.1.67
 * and 2.1.68 do not). Earlier ones, from 2.0.77 on, write the call to its transcript before the hook
 * runs (up to 2.1.29) or within a tenth of a second (from 2.1.30).
 */
export function identityOf(version: string): Identity {
  const [major = 0, minor = 0, patch = 0] = version.split('.').map((part) => parseInt(part, 10));
  if (major !== 2) return major > 2 ? 'agent-id' : 'transcript';
  return minor > 1 || (minor === 1 && patch >= 69) ? 'agent-id' : 'transcript';
}
