import type { StoredBundle } from '../bundle/store/store-record.ts';
import { CcMirrorError } from '../errors.ts';
import { type CapabilityName, type Edit, capabilityNames } from '../gates/types.ts';
import type { LauncherSpec } from '../launcher/spec.ts';
import type { ResolvedProvider } from '../provider/resolve-provider.ts';
import { shellFirst } from '../provider/tool-search.ts';
import { type Choice, chooseCapability, refuseMissing } from './choose-capability.ts';
import { type Rules, hookEntries, rulesOf } from '../variant/hooks.ts';
import { type HeadersPlan, headerReading } from './headers-plan.ts';
import type { Examination } from '../home/known-gates.ts';
import { type KeyPlan, keyCommand, keyReading } from './key-plan.ts';
import type { VariantLayout } from '../variant/layout.ts';
import { asksForLogin } from './login.ts';
import { type OwnedConfig, ownedConfig, selfNamed, updaterOff } from '../variant/owned-values.ts';
import { type Packs, permissionsOf, recordsOf } from './packs.ts';
import { pinFor } from './provider-pin.ts';
import { providerPin } from '../provider/variables.ts';
import type { Choices, VariantRecord } from '../variant/record.ts';

/** What is there of an earlier cc-mirror's variant that is taken over. */
export interface Adopted extends Pick<VariantRecord, 'owned' | 'skills' | 'agents'> {
  /** Where its command is, or was. */
  launcher: string;
  /** Whether the file there is the earlier package's, and so may be replaced. */
  replaceable: boolean;
  /** The address that it talks to, where that is not the preset's: it stays as it is. */
  baseUrl: string | undefined;
}

export interface PlanInput {
  name: string;
  layout: VariantLayout;
  /** The variant as it is; null when it is being made. */
  current: VariantRecord | null;
  adopted: Adopted | null;
  choices: Choices;
  packs: Packs;
  /** Capabilities asked for by name: without them the plan is refused. */
  demanded: readonly CapabilityName[];
  provider: ResolvedProvider;
  key: KeyPlan;
  headers: HeadersPlan;
  keepEnv: readonly string[];
  /** Projects whose task lists keep the names they have. */
  earlierLists: readonly string[];
  /** Whether the variant's configuration has a login, or another way to credentials, of its own. */
  loggedIn: boolean;
  pristine: Pick<StoredBundle, 'kind' | 'version'>;
  /** On where it comes from. */
  notes: readonly string[];
  examination: Examination;
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
  adopted: Adopted | null;
  choices: Choices;
  demanded: readonly CapabilityName[];
  capabilities: Record<CapabilityName, Choice>;
  edits: Edit[];
  /** The launcher but for the program that it starts; no secret is in it. */
  launcher: Omit<LauncherSpec, 'command'>;
  node: string;
  platform: NodeJS.Platform;
  packs: Packs;
  /** What the rules' program is told; null: no pack asks for rules, or they are not wanted. */
  rules: Rules | null;
  owned: OwnedConfig;
  /** Whether sessions take the provider from the launcher alone: the build knows the pin, and it is set. */
  pinned: boolean;
  provider: ResolvedProvider;
  key: KeyPlan;
  headers: HeadersPlan;
  keepEnv: readonly string[];
  notes: readonly string[];
  now: string;
}

/**
 * Plans a variant: create when `current` is null, else update. Pure.
 * Error: `capability-unavailable` for a gate that is not understood, and for a demanded capability.
 */
export function planVariant(input: PlanInput): Plan {
  const { name, layout, current, adopted, choices, provider, key, headers, keepEnv, pristine } =
    input;
  const { kind } = pristine;
  const choose = (capability: CapabilityName): Choice =>
    chooseCapability(capability, input.examination.analysis[capability], {
      kind,
      mode: choices.flip,
      wanted: choices[capability],
      chosen: choices.env,
    });
  const capabilities = { tasks: choose('tasks'), teams: choose('teams') };
  for (const capability of capabilityNames) {
    refuseMissing(capability, capabilities[capability], {
      demanded: input.demanded.includes(capability),
      version: pristine.version,
      target: choices.source.kind === 'path' ? choices.source.path : pristine.version,
    });
  }

  const env: Record<string, string> = {
    ...updaterOff,
    ...selfNamed(name, layout.launcher, input.platform),
    ...provider.env,
    ...pinFor(provider, key),
    ...capabilities.tasks.env,
    ...capabilities.teams.env,
    ...choices.env,
  };
  for (const name of choices.withoutEnv) delete env[name];
  // A text in place of a key would win over the command that Claude Code asks for the key.
  if (key.record?.store === 'helper' || key.record?.store === 'keyring') {
    delete env[provider.keyVariable];
  }
  const packs = recordsOf(input.packs);
  const rules = choices.rules ? rulesOf(packs, pristine.version) : null;
  const hooks = hookEntries(rules, {
    folder: layout.hooks,
    platform: input.platform,
  });
  return {
    name,
    layout,
    current,
    adopted,
    choices,
    demanded: input.demanded,
    capabilities,
    edits: capabilityNames.flatMap((capability) => capabilities[capability].edit ?? []),
    launcher: {
      variant: name,
      configDir: layout.config,
      env,
      cleared: capabilityNames.flatMap((capability) => capabilities[capability].cleared),
      keepEnv: [...new Set([...keepEnv, ...shellFirst(choices.env)])],
      key: keyReading(key.record, layout.secrets),
      headers: headerReading(headers.records, layout),
      taskList: taskListVariable(input, capabilities.tasks),
      earlierLists: input.earlierLists,
    },
    node: input.node,
    platform: input.platform,
    packs: input.packs,
    rules,
    owned: ownedConfig({
      permissions: permissionsOf(packs, layout.config),
      denied: provider.deniedTools,
      model: startModel(provider),
      hooks,
      approvedKey: approvable(key),
      keyHelper: keyCommand(key, layout, input.platform),
      ownModels: provider.elsewhere,
      asksForLogin: !input.loggedIn && asksForLogin(provider, key, env, keepEnv),
    }),
    pinned: input.examination.pins && env[providerPin] === '1',
    provider,
    key,
    headers,
    keepEnv,
    notes: input.notes,
    now: input.now.toISOString(),
  };
}

/** The tier that newer builds start with by themselves; null where a variable or nothing decides. */
function startModel({ elsewhere, models }: ResolvedProvider): string | null {
  return elsewhere && models.opus !== undefined && models.default === undefined ? 'opus' : null;
}

/** A key that Claude Code would ask about: one that it sends as `x-api-key`. */
function approvable({ record, value }: KeyPlan): string | null {
  return record?.store === 'file' && record.variable === 'ANTHROPIC_API_KEY' ? value : null;
}

function taskListVariable(input: PlanInput, tasks: Choice): LauncherSpec['taskList'] {
  if (input.examination.namesTaskList) return 'CLAUDE_CODE_TASK_LIST_ID';
  return tasks.state === 'absent' ? null : 'CLAUDE_CODE_TEAM_NAME';
}

/** Refuses a provider without the key it needs; asked before anything is fetched. Error: `missing-key`. */
export function requireKey(provider: ResolvedProvider, key: KeyPlan): void {
  if (key.record !== null || !provider.keyRequired) return;
  const where = provider.keyUrl ? ` Keys: ${provider.keyUrl}` : '';
  throw new CcMirrorError(
    'missing-key',
    `${provider.name} needs an API key.`,
    `Add --api-key-env NAME for a variable that holds it, pipe it in with --api-key-stdin, or name a command that prints it with --api-key-helper.${where}`,
  );
}
