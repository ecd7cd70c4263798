import { dirname } from 'node:path';
import { capabilityNames } from '../gates/types.ts';
import { pathHint } from '../ui/path-hint.ts';
import { table } from '../ui/table.ts';
import type { CapabilityState, VariantRecord } from '../variant/record.ts';
import type { CommandContext } from './command.ts';

export const noVariants =
  'There are no variants yet. Make one: cc-mirror quick --provider mirror --name mclaude';

/** A variant as the JSON contract has it. */
export function variantData(record: VariantRecord): object {
  const { name, provider, baseUrl, launcher, configDir, claudeVersion, platform } = record;
  const { bundle, capabilities, packs, skills, agents, notes, probe } = record;
  return {
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
    rules: rulesIn(record),
    notes,
    probe,
  };
}

/** A variant for people: what it is, how each capability came on, what proved it, how to start it. */
export function variantText(record: VariantRecord, context: CommandContext): string {
  const { bundle, agents, probe } = record;
  const rules = rulesIn(record);
  const rows = [
    [
      '  version',
      `Claude Code ${record.claudeVersion} (${bundle.kind === 'js' ? 'JavaScript' : record.platform})`,
    ],
    ['  provider', `${record.provider}${record.baseUrl === null ? '' : `, ${record.baseUrl}`}`],
    ...capabilityNames.map((name) => [`  ${name}`, capabilityText(record.capabilities[name])]),
    ['  skills', record.skills.map((skill) => skill.name).join(', ') || 'none'],
    ...(agents.length > 0 ? [['  agents', agents.map(agentName).join(', ')]] : []),
    ...(rules.length > 0 ? [['  rules', rules.join(', ')]] : []),
    [
      '  proof',
      probe
        ? `one session sent ${probe.tools.length} tools in ${(probe.ms / 1000).toFixed(1)} s`
        : 'not run (--no-probe)',
    ],
    ['  config', record.configDir],
    ['  launcher', record.launcher],
    ...record.notes.map((note) => ['  note', note]),
  ];
  return [table(rows), ...pathAdvice(record, context)].join('\n');
}

function agentName({ path }: { path: string }): string {
  return path.replace(/\.md$/, '');
}

/** The rules that are enforced. */
function rulesIn({ packs, choices }: VariantRecord): string[] {
  return choices.rules ? [...new Set(packs.flatMap(({ hooks }) => hooks))] : [];
}

/** How one capability came on, or why it did not. */
export function capabilityText({ state, by, means, reason }: CapabilityState): string {
  switch (by) {
    case 'stock':
      return 'on, by the build itself';
    case 'env':
      return `on, by the environment: ${means}`;
    case 'flip':
      return `on, by an edit: ${means}`;
    case null:
      return `${state}: ${reason}`;
  }
}

function pathAdvice({ name, launcher }: VariantRecord, context: CommandContext): string[] {
  const folder = dirname(launcher);
  const hint = pathHint(folder, {
    path: context.environment['PATH'] ?? '',
    shell: context.shell,
    platform: process.platform,
  });
  if (hint === null) return ['', `Start it with: ${name}`];
  return [
    '',
    `${folder} is not on your PATH. This adds it, for shells opened from then on:`,
    `  ${hint}`,
    `Start it now with: ${launcher}`,
  ];
}
