import type { StoredBundle } from '../bundle/store.ts';
import { CcMirrorError } from '../errors.ts';
import { type Analysis, type CapabilityName, type Edit, capabilityNames } from '../gates/types.ts';
import { posixLauncher } from '../launcher/posix.ts';
import type { LauncherSpec } from '../launcher/spec.ts';
import { windowsLauncher } from '../launcher/windows.ts';
import type { ResolvedProvider } from '../provider/resolve.ts';
import { type Choice, chooseCapability, refuseMissing } from './choose.ts';
import { type Rules, hookEntries, rulesOf } from './hooks.ts';
import type { VariantLayout } from './layout.ts';
import { type OwnedConfig, ownedConfig, updaterOff } from './owned.ts';
import { type Packs, permissionsOf, recordsOf } from './packs.ts';
import type { Choices, VariantRecord } from './record.ts';

export interface PlanInput {
  name: string;
  layout: VariantLayout;
  /** The variant as it is; null when it is being made. */
  current: VariantRecord | null;
  choices: Choices;
  packs: Packs;
  /** Capabilities asked for by name: without them the plan is refused. */
  demanded: readonly CapabilityName[];
  provider: ResolvedProvider;
  /** The key to keep: a new one, the one that is there already, or none. */
  key: { kind: 'new'; value: string } | { kind: 'kept' } | { kind: 'none' };
  pristine: StoredBundle;
  analysis: Analysis;
  /** Whether the build knows CLAUDE_CODE_TASK_LIST_ID; older ones name the list by team. */
  namesTaskList: boolean;
  /** The Node.js that runs JavaScript builds. */
  node: string;
  platform: NodeJS.Platform;
  now: Date;
}

/** Everything that will happen to a variant, worked out before anything is touched. */
export interface Plan {
  name: string;
  layout: VariantLayout;
  current: VariantRecord | null;
  choices: Choices;
  capabilities: Record<CapabilityName, Choice>;
  edits: Edit[];
  /** The launcher's variables; no secret is among them. */
  env: Record<string, string>;
  launcher: string;
  packs: Packs;
  /** What the rules' program is told; null: no pack asks for rules, or they are not wanted. */
  rules: Rules | null;
  owned: OwnedConfig;
  provider: ResolvedProvider;
  keyVariable: string | null;
  newKey: string | null;
  now: string;
}

/**
 * Plans a variant: create when `current` is null, else update. Pure.
 * Error: `capability-unavailable` for a gate that is not understood, and for a demanded capability.
 */
export function planVariant(input: PlanInput): Plan {
  const { name, layout, current, choices, provider, key, pristine } = input;
  const { kind } = pristine;
  const choose = (capability: CapabilityName): Choice =>
    chooseCapability(capability, input.analysis[capability], {
      kind,
      mode: choices.flip,
      wanted: choices[capability],
    });
  const capabilities = { tasks: choose('tasks'), teams: choose('teams') };
  for (const capability of capabilityNames) {
    refuseMissing(capability, capabilities[capability], {
      demanded: input.demanded.includes(capability),
      version: pristine.version,
      target: choices.source.kind === 'path' ? choices.source.path : pristine.version,
    });
  }

  const keyVariable = key.kind === 'none' ? null : provider.keyVariable;
  const env = {
    ...updaterOff,
    ...provider.env,
    ...capabilities.tasks.env,
    ...capabilities.teams.env,
    ...choices.env,
  };
  const spec: LauncherSpec = {
    variant: name,
    command: command(input),
    configDir: layout.config,
    env,
    cleared: capabilityNames.flatMap((capability) => capabilities[capability].cleared),
    key: keyVariable === null ? null : { file: layout.secrets, variable: keyVariable },
    taskList: taskListVariable(input, capabilities.tasks),
  };
  const packs = recordsOf(input.packs);
  const rules = choices.rules ? rulesOf(packs, pristine.version) : null;
  const hooks = hookEntries(rules, {
    node: input.node,
    folder: layout.hooks,
    platform: input.platform,
  });
  const newKey = key.kind === 'new' ? key.value : null;
  const approved = keyVariable === 'ANTHROPIC_API_KEY' ? newKey : null;
  return {
    name,
    layout,
    current,
    choices,
    capabilities,
    edits: capabilityNames.flatMap((capability) => capabilities[capability].edit ?? []),
    env,
    launcher: input.platform === 'win32' ? windowsLauncher(spec) : posixLauncher(spec),
    packs: input.packs,
    rules,
    owned: ownedConfig(permissionsOf(packs, layout.config), hooks, approved),
    provider,
    keyVariable,
    newKey,
    now: input.now.toISOString(),
  };
}

function command({ pristine, layout, node }: PlanInput): LauncherSpec['command'] {
  const program = `${layout.bundle}${layout.bundle.includes('\\') ? '\\' : '/'}${pristine.program}`;
  return pristine.kind === 'native'
    ? { kind: 'native', path: program }
    : { kind: 'js', node, script: program };
}

function taskListVariable(input: PlanInput, tasks: Choice): LauncherSpec['taskList'] {
  if (input.namesTaskList) return 'CLAUDE_CODE_TASK_LIST_ID';
  return tasks.state === 'absent' ? null : 'CLAUDE_CODE_TEAM_NAME';
}

/** Refuses a provider without the key it needs; asked before anything is fetched. Error: `missing-key`. */
export function requireKey(provider: ResolvedProvider, key: PlanInput['key']): void {
  if (key.kind !== 'none' || !provider.keyRequired) return;
  const where = provider.keyUrl ? ` Keys: ${provider.keyUrl}` : '';
  throw new CcMirrorError(
    'missing-key',
    `${provider.name} needs an API key.`,
    `Add --api-key-env NAME for a variable that holds it, or pipe it in with --api-key-stdin.${where}`,
  );
}
