import { basename } from 'node:path';
import type { Command } from 'commander';
import { shippedPacks } from '../skill/catalogue.ts';
import { type AgentCost, type SkillCost, agentCost, packCost, skillCost } from '../skill/cost.ts';
import { type InstalledState, inspectInstalled } from '../skill/installed.ts';
import { assumedTools } from '../skill/tools.ts';
import { ownModels, viewOf } from '../skill/view.ts';
import { table } from '../ui/table.ts';
import { variantLayout } from '../variant/layout.ts';
import { requireVariant } from '../variant/record.ts';
import type { CommandContext, CommandResult, Runner } from './command.ts';

export function addList(command: Command, run: Runner): void {
  command
    .command('list', { isDefault: true })
    .description('the packs there are, or what a variant has of them; with their cost in tokens')
    .argument('[variant]', 'a variant')
    .action((name?: string) =>
      run((context) => (name === undefined ? listShipped() : listInstalled(name, context))),
    );
}

/** A cost for people, in tokens. */
export function costText({ start, loaded, references }: SkillCost): string {
  return `${start} tokens at the start of a session, ${loaded} when loaded, ${references} in references`;
}

async function listShipped(): Promise<CommandResult> {
  const view = viewOf({ tools: assumedTools(true), models: ownModels });
  const packs = await Promise.all(
    (await shippedPacks()).map(async (pack) => ({ pack, cost: await packCost(pack, view) })),
  );
  const texts = packs.map(({ pack: { id, description, agents }, cost }) =>
    [
      `${id}: ${description}`,
      ...(agents.length > 0 ? [`  agents: ${agents.map(({ name }) => name).join(', ')}`] : []),
      `  ${costText(cost)}`,
    ].join('\n'),
  );
  return {
    data: {
      packs: packs.map(({ pack: { id, description, source, skills, agents }, cost }) => ({
        id,
        description,
        source,
        skills: skills.map(({ name }) => name),
        agents: agents.map(({ name }) => name),
        tokens: { start: cost.start, loaded: cost.loaded, references: cost.references },
      })),
    },
    text: texts.join('\n'),
  };
}

interface Installed<Cost> {
  name: string;
  /** The source of its pack; null in a record from before there were packs. */
  pack: string | null;
  state: InstalledState;
  tokens: Cost;
}

async function listInstalled(name: string, { layout }: CommandContext): Promise<CommandResult> {
  const record = await requireVariant(layout, name);
  const { config, skills: folder } = variantLayout(layout, name);
  const packs = (kind: 'skills' | 'agents', name: string): string | null =>
    record.packs.find((pack) => pack[kind].includes(name))?.source ?? null;

  const skills: Installed<SkillCost>[] = [];
  for (const skill of record.skills) {
    const { state, texts } = await inspectInstalled(folder, skill);
    const tokens = await skillCost(skill.name, texts);
    skills.push({ name: skill.name, pack: packs('skills', skill.name), state, tokens });
  }
  const agents: Installed<AgentCost>[] = [];
  for (const file of record.agents) {
    const agent = basename(file.path, '.md');
    const { state, texts } = await inspectInstalled(config, { name: 'agents', files: [file] });
    const [text] = texts;
    const tokens = text ? await agentCost(agent, text.text) : { start: 0, loaded: 0 };
    agents.push({ name: agent, pack: packs('agents', agent), state, tokens });
  }
  const rows = [
    ...skills.map((skill) => [...cells(skill, 'skill'), costText(skill.tokens)]),
    ...agents.map((agent) => [...cells(agent, 'agent'), agentCostText(agent.tokens)]),
  ];
  const none = `${name} has no skills of cc-mirror. Add some: cc-mirror skills add ${name} PACK`;
  return {
    data: { variant: name, skills, agents },
    text: rows.length > 0 ? table(rows) : none,
  };
}

function cells({ name, pack, state }: Installed<AgentCost>, kind: string): string[] {
  return [name, kind, state, pack ?? '-'];
}

function agentCostText({ start, loaded }: AgentCost): string {
  return `${start} tokens at the start of a session, ${loaded} when started`;
}
