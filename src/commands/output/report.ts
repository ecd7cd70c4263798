import { dirname, join } from 'node:path';
import type { EarlierRecord } from '../../earlier/index.ts';
import { capabilityNames, type CapabilityName } from '../../gates/types.ts';
import { pathHint } from '../../ui/path-hint.ts';
import { table } from '../../ui/table.ts';
import { type VariantLayout, variantLayout } from '../../variant/layout.ts';
import { nextStep } from '../../lifecycle/login-state.ts';
import type { CapabilityState, VariantRecord } from '../../variant/record.ts';
import type { CommandContext, CommandResult } from '../cli/command.ts';
import { hooksOff } from '../../variant/hooks.ts';
import { sessionText } from '../../lifecycle/prove/probe-variant.ts';
import { doubtOn } from '../../lifecycle/prove/standing.ts';

export const noVariants =
  'There are no variants yet. Create one: cc-mirror quick --provider mirror --name mclaude';

/** Wanted capabilities that are off or deferred, and why. */
export function lacking({
  capabilities,
  choices,
}: VariantRecord): { name: CapabilityName; state: CapabilityState['state']; text: string }[] {
  return capabilityNames
    .map((name) => ({ name, state: capabilities[name].state }))
    .filter(({ name, state }) => choices[name] && (state === 'off' || state === 'deferred'))
    .map((one) => ({ ...one, text: `${one.name} ${capabilityText(capabilities[one.name])}` }));
}

/** A variant as a command's result: its data, and its text below a heading. */
export async function variantResult(
  record: VariantRecord,
  context: CommandContext,
  heading = `${record.name} is ready.`,
): Promise<CommandResult> {
  return {
    data: await variantData(record, context),
    text: `${heading}\n${await variantText(record, context)}`,
  };
}

/** A variant, for --json. */
export async function variantData(
  record: VariantRecord,
  { layout }: Pick<CommandContext, 'layout'>,
): Promise<{ name: string; notes: string[] }> {
  const { name, provider, baseUrl, launcher, configDir, claudeVersion, platform } = record;
  const { bundle, capabilities, packs, skills, agents, probe, key, keepEnv } = record;
  const places = variantLayout(layout, name);
  const data = {
    name,
    provider,
    baseUrl,
    launcher,
    configDir,
    claudeVersion,
    platform,
    bundle,
    capabilities,
    skills: skills.map((skill) => skill.name),
    packs: packs.map(({ id, source }) => ({ id, source })),
    agents: agents.map(agentName),
    rules: hooksOff(settingsOf(record)) ? [] : rulesIn(record),
    channel: channelOf(record),
    key: key && { store: key.store },
    headers: Object.keys(record.choices.headers),
    keepEnv,
    next: nextStep(record, places),
    notes: notesOn(record, places),
    probe,
  };
  return data;
}

/** Its notes, and reasons why the recorded capabilities may be out of date. */
function notesOn(record: VariantRecord, places: VariantLayout): string[] {
  const doubt = doubtOn(record, places);
  return doubt === null ? record.notes : [...record.notes, doubt];
}

/** A variant of an earlier cc-mirror, for --json. */
export function earlierData({ name, provider, baseUrl, configDir }: EarlierRecord): object {
  return { name, provider, baseUrl, configDir };
}

/**
 * A variant as text: what it is, how each capability was turned on, its proof, how to start it.
 * `ending`: the last characters of its key, for display.
 */
export async function variantText(
  record: VariantRecord,
  context: CommandContext,
  ending: string | null = null,
): Promise<string> {
  const shown = ending === null ? '' : `, ends in …${ending}`;
  const { bundle, agents, probe } = record;
  const headers = Object.keys(record.choices.headers);
  const rules = rulesIn(record);
  const settings = settingsOf(record);
  const off = hooksOff(settings) ? `off: disableAllHooks in ${settings}` : null;
  const places = variantLayout(context.layout, record.name);
  const next = nextStep(record, places);
  const rows = [
    [
      '  version',
      `Claude Code ${record.claudeVersion} (${bundle.kind === 'js' ? 'JavaScript' : record.platform}), ${channelText(record)}`,
    ],
    ['  provider', `${record.provider}${record.baseUrl === null ? '' : `, ${record.baseUrl}`}`],
    ...capabilityNames.map((name) => [`  ${name}`, capabilityText(record.capabilities[name])]),
    ['  skills', record.skills.map((skill) => skill.name).join(', ') || 'none'],
    ...(agents.length > 0 ? [['  agents', agents.map(agentName).join(', ')]] : []),
    ...(rules.length > 0 ? [['  rules', off ?? rules.join(', ')]] : []),
    ['  proof', probe ? sessionText(probe) : 'not run (--no-probe)'],
    ...(record.key ? [['  key', keyText(record.key) + shown]] : []),
    ...(headers.length > 0 ? [['  headers', headers.join(', ')]] : []),
    ...(record.keepEnv.length > 0
      ? [['  kept', `${record.keepEnv.join(', ')} of your shell`]]
      : []),
    ['  config', record.configDir],
    ['  launcher', record.launcher],
    ...notesOn(record, places).map((note) => ['  note', note]),
    ...(next ? [['  next', 'start it and log in']] : []),
  ];
  return [table(rows), ...pathAdvice(record, context)].join('\n');
}

/** What updates follow: `auto`, `latest`, `installed`, a version, or a path. */
function channelOf({ choices: { source } }: VariantRecord): string {
  if (source.kind === 'exact') return source.version;
  return source.kind === 'path' ? source.path : source.kind;
}

function channelText(record: VariantRecord): string {
  const { source } = record.choices;
  switch (source.kind) {
    case 'auto':
      return 'follows your own Claude Code, else the latest';
    case 'latest':
      return 'follows the latest';
    case 'installed':
      return 'follows your own Claude Code';
    case 'exact':
      return 'pinned';
    case 'path':
      return `follows ${source.path}`;
  }
}

/** Where a key is kept. */
export function keyText(key: NonNullable<VariantRecord['key']>): string {
  switch (key.store) {
    case 'file':
      return 'in a file that only you can read';
    case 'env':
      return `from the variable ${key.from} of your shell`;
    case 'keyring':
      return 'in the keyring';
    case 'helper':
      return `from the command: ${key.command}`;
  }
}

function agentName({ path }: { path: string }): string {
  return path.replace(/\.md$/, '');
}

function settingsOf({ configDir }: VariantRecord): string {
  return join(configDir, 'settings.json');
}

/** The rules that are enforced, unless hooks are off. */
function rulesIn({ packs, choices }: VariantRecord): string[] {
  return choices.rules ? [...new Set(packs.flatMap(({ hooks }) => hooks))] : [];
}

/** How a capability was turned on, or why it was not. */
export function capabilityText({ state, by, means, reason }: CapabilityState): string {
  if (state !== 'on') return `${state}: ${reason}`;
  switch (by) {
    case 'stock':
      return 'on, by the build itself';
    case 'env':
      return `on, by the environment: ${means}`;
    case 'flip':
      return `on, by an edit: ${means}`;
    case null:
      return `on: ${reason}`;
  }
}

function pathAdvice({ name, launcher }: VariantRecord, { environment }: CommandContext): string[] {
  const folder = dirname(launcher);
  const hint = pathHint(folder, environment, process.platform);
  if (hint === null) return ['', `Start it with: ${name}`];
  return [
    '',
    `${folder} is not on your PATH. To add it for new shells, run:`,
    `  ${hint}`,
    `Start it now with: ${launcher}`,
  ];
}
