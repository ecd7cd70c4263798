import { execa } from 'execa';
import { type LoopbackApi, startApi } from '../../../src/probe/api.ts';
import { guardFor } from '../../../src/probe/guard.ts';
import { type VariantData, type World, withVariant } from '../claude.ts';

export type Kind = 'js' | 'native';

/** The environment of a session: quiet, and kept on the loopback, where its API is. */
export function sessionEnvironment(
  { environment }: Pick<World, 'environment'>,
  kind: Kind,
  baseUrl: string,
): Record<string, string> {
  const { nodeOptions, variables } = guardFor(kind, baseUrl);
  return {
    ...environment,
    CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '1',
    ...variables,
    ...(kind === 'js' && { NODE_OPTIONS: nodeOptions.join(' ') }),
  };
}

/** Runs one session of a variant through its launcher, without a terminal. */
export function runSession(
  world: World,
  { launcher, bundle }: VariantData,
  { baseUrl, cwd, args = ['-p', 'hi'], variables = {} }: SessionOptions,
): Promise<{ stdout: string }> {
  return execa(launcher, args, {
    cwd,
    env: { ...sessionEnvironment(world, bundle.kind, baseUrl), ...variables },
    extendEnv: false,
    stdin: 'ignore',
  });
}

interface SessionOptions {
  baseUrl: string;
  cwd: string;
  args?: readonly string[];
  variables?: Record<string, string>;
}

/** Makes a variant whose provider always answers “hello from the stand-in”. */
export async function withStandIn<T>(
  world: World,
  name: string,
  args: readonly string[],
  act: (data: VariantData, api: LoopbackApi) => Promise<T>,
): Promise<T> {
  const api = await startApi(() => ({ type: 'text', text: 'hello from the stand-in' }));
  const custom = ['--provider', 'custom', '--base-url', api.url];
  try {
    return await withVariant(world, name, [...custom, ...args], (data) => act(data, api));
  } finally {
    await api.close();
  }
}
