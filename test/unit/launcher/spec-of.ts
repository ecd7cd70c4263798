import type { LauncherSpec } from '../../../src/launcher/spec.ts';

/** A specification, with changes. */
export function specOf(changes: Partial<LauncherSpec> = {}): LauncherSpec {
  return {
    variant: 'mclaude',
    command: { kind: 'native', path: '/opt/mclaude/bundle/claude' },
    configDir: '/opt/mclaude/config',
    env: {},
    cleared: [],
    keepEnv: [],
    key: null,
    taskList: null,
    earlierLists: [],
    ...changes,
  };
}
