import { renderFiles } from './install/skill-files.ts';
import type { Pack } from './pack.ts';
import { renderOf } from './template.ts';
import { FrontmatterError, frontmatterIn } from './text/frontmatter.ts';
import type { SkillMarkdown } from './text/links.ts';
import type { View } from './view.ts';

/** What a skill costs, in tokens of `countTokens`. */
export interface SkillCost {
  /** Its line in the listing that every session starts with. */
  start: number;
  /** SKILL.md, read when the skill is used. */
  loaded: number;
  /** Its other Markdown files, each read on demand: their sum, and the largest. */
  references: number;
  largest: number;
}

/** What an agent costs: its line in the listing, and its prompt when it is started. */
export type AgentCost = Pick<SkillCost, 'start' | 'loaded'>;

/** What a pack costs: the sum over its skills, with its agents in `start`; and each of them. */
export interface PackCost {
  tokens: SkillCost;
  skills: { name: string; tokens: SkillCost }[];
  agents: { name: string; tokens: AgentCost }[];
}

/** What a pack costs when rendered for `view`. Errors: see `readSkillFiles`, `renderOf`. */
export async function packCost(pack: Pack, view: View): Promise<PackCost> {
  const render = renderOf(pack, view);
  const sum: SkillCost = { start: 0, loaded: 0, references: 0, largest: 0 };
  const cost: PackCost = { tokens: sum, skills: [], agents: [] };
  for (const { name, files } of pack.skills) {
    const texts = renderFiles(files, render)
      .filter(({ path }) => path.endsWith('.md'))
      .map(({ path, content }) => ({ path, text: content.toString('utf8') }));
    const tokens = await skillCost(name, texts);
    cost.skills.push({ name, tokens });
    sum.start += tokens.start;
    sum.loaded += tokens.loaded;
    sum.references += tokens.references;
    sum.largest = Math.max(sum.largest, tokens.largest);
  }
  for (const { name, files } of pack.agents) {
    for (const { content } of renderFiles(files, render)) {
      const tokens = await agentCost(name, content.toString('utf8'));
      cost.agents.push({ name, tokens });
      sum.start += tokens.start;
    }
  }
  return cost;
}

/** What a skill costs, from its Markdown files. */
export async function skillCost(name: string, files: readonly SkillMarkdown[]): Promise<SkillCost> {
  const { countTokens } = await import('./tokens.ts');
  const main = files.find(({ path }) => path === 'SKILL.md');
  const sizes = files.filter((file) => file !== main).map(({ text }) => countTokens(text));
  return {
    ...(main === undefined ? { start: 0, loaded: 0 } : await agentCost(name, main.text)),
    references: sizes.reduce((sum, size) => sum + size, 0),
    largest: Math.max(0, ...sizes),
  };
}

/** What an agent costs, from its file. */
export async function agentCost(name: string, text: string): Promise<AgentCost> {
  const { countTokens } = await import('./tokens.ts');
  return { start: countTokens(`- ${name}: ${descriptionIn(text)}\n`), loaded: countTokens(text) };
}

/** Empty if the user's edits have broken the frontmatter. */
function descriptionIn(text: string): string {
  const head = frontmatterIn(text);
  const description = head instanceof FrontmatterError ? '' : head.fields.get('description');
  return typeof description === 'string' ? description : '';
}
