/**
 * How a worker's tool call differs from the main session's: by `agent_id` in the hook's input, or
 * only by the transcript that contains the call.
 */
export type Identity = 'agent-id' | 'transcript';

/**
 * Measured on builds around the change: 2.1.69 and later give the id (so does 2.1.64, but not 2.1.67
 * and 2.1.68). Earlier ones, from 2.0.77 on, write the call to its transcript before the hook runs
 * (up to 2.1.29) or within 0.1 s (from 2.1.30 on).
 */
export function identityOf(version: string): Identity {
  const [major = 0, minor = 0, patch = 0] = version.split('.').map((part) => parseInt(part, 10));
  if (major !== 2) return major > 2 ? 'agent-id' : 'transcript';
  return minor > 1 || (minor === 1 && patch >= 69) ? 'agent-id' : 'transcript';
}
