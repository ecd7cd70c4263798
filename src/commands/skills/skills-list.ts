import { basename } from 'node:path';
import type { Command } from 'commander';
import { shippedPacks } from '../../skill/pack-source.ts';
import { type AgentCost, type SkillCost, agentCost, packCost, skillCost } from '../../skill/cost.ts';
import { type InstalledState, inspectInstalled } from '../../skill/install/inspect-installed.ts';
import { assumedTools } from '../../skill/tools.ts';
import { ownModels, viewOf } from '../../skill/view.ts';
import { table } from '../../ui/table.ts';
import { variantLayout } from '../../variant/layout.ts';
import { requireVariant } from '../../variant/read-variant.ts';
import type { CommandContext, CommandResult, Runner } from '../cli/command.ts';

export function addList(command: Command, run: Runner): void {
  command
    .command('list', { isDefault: true })
    .description('List packs, or the skills of a variant, with their cost in tokens')
    .argument('[variant]', 'A variant')
    .action((name?: string) =>
      run((context) => (name === undefined ? listShipped() : listInstalled(name, context))),
    );
}

/** Headings of the token columns, and the line that explains them. */
export const tokenHeads = ['start', 'loaded', 'references'];
const tokenNote =
  'In tokens: start in every session, loaded when a skill is used, references when they are read.';

/** The cells below `tokenHeads`; an agent has no references. */
export function tokenCells(tokens: AgentCost & Partial<SkillCost>): string[] {
  return [tokens.start, tokens.loaded, tokens.references ?? '-'].map(String);
}

async function listShipped(): Promise<CommandResult> {
  const view = viewOf({ tools: assumedTools(true), models: ownModels });
  const packs = await Promise.all(
    (await shippedPacks()).map(async (pack) => {
      const { id, description, source } = pack;
      return { id, description, source, ...(await packCost(pack, view)) };
    }),
  );
  const costs = packs.map(({ id, tokens }) => [id, ...tokenCells(tokens)]);
  return {
    data: { packs },
    text: [
      table(packs.map(({ id, description }) => [id, description])),
      table([['pack', ...tokenHeads], ...costs]),
      tokenNote,
    ].join('\n\n'),
  };
}

async function listInstalled(name: string, { layout }: CommandContext): Promise<CommandResult> {
  const record = requireVariant(layout, name);
  const folder = variantLayout(layout, name);
  const rows: string[][] = [];
  const shown = <Cost extends AgentCost>(
    kind: 'skill' | 'agent',
    part: { name: string; state: InstalledState; tokens: Cost },
  ) => {
    // Records older than packs name none.
    const pack = record.packs.find((one) => one[`${kind}s`].includes(part.name));
    rows.push([part.name, kind, part.state, pack?.id ?? '-', ...tokenCells(part.tokens)]);
    return { name: part.name, pack: pack?.source ?? null, state: part.state, tokens: part.tokens };
  };
  const skills = [];
  for (const skill of record.skills) {
    const { state, texts } = await inspectInstalled(folder.skills, skill);
    const tokens = await skillCost(skill.name, texts);
    skills.push(shown('skill', { name: skill.name, state, tokens }));
  }
  const agents = [];
  for (const file of record.agents) {
    const agent = basename(file.path, '.md');
    const { state, texts } = await inspectInstalled(folder.agents, { name: '', files: [file] });
    const [text] = texts;
    const tokens = text ? await agentCost(agent, text.text) : { start: 0, loaded: 0 };
    agents.push(shown('agent', { name: agent, state, tokens }));
  }
  const heads = ['name', 'kind', 'state', 'pack', ...tokenHeads];
  const none = `${name} has no skills from cc-mirror. Add some: cc-mirror skills add ${name} PACK`;
  return {
    data: { variant: name, skills, agents },
    text: rows.length > 0 ? `${table([heads, ...rows])}\n\n${tokenNote}` : none,
  };
}
