import { guardFor } from '../../../src/probe/guard.ts';

/** Variables that keep a session, started by its launcher, on the loopback, where its API is. */
export function offNetwork(kind: 'js' | 'native', baseUrl: string): Record<string, string> {
  const { nodeOptions, variables } = guardFor(kind, baseUrl);
  return kind === 'js' ? { ...variables, NODE_OPTIONS: nodeOptions.join(' ') } : { ...variables };
}
