import { type TextFinding, failure, warning } from '../pack-finding.ts';
import { callsIn, checkCalls, isPlaceholder, mayBeOffered } from '../text/calls.ts';
import { FrontmatterError, type FrontmatterValue, frontmatterIn } from '../text/frontmatter.ts';
import { checkMentions } from '../text/mentions.ts';
import { checkRequired } from '../text/skill-spec.ts';
import type { Tools } from '../tools.ts';

/** What the calls and tool names in a text are checked against; null: unknown, so not checked. */
export interface Known {
  tools: Tools | null;
  agents: readonly string[] | null;
}

/** Checks the example calls in a text, the agents they start, and the tools that its prose names. */
export function checkExamples(text: string, { tools, agents }: Known): TextFinding[] {
  const calls = callsIn(text);
  const unknown = calls.flatMap(({ tool, line, input }) => {
    const type = input?.get('subagent_type');
    if (agents === null || typeof type !== 'string') return [];
    if (agents.includes(type) || isPlaceholder(type)) return [];
    const message = `${tool} starts ${type}, which is neither an agent of the build nor of the pack`;
    return [warning('agent', line, message)];
  });
  if (tools === null) return unknown;
  return [...checkCalls(calls, tools), ...checkMentions(text, tools), ...unknown];
}

/** Checks the tools in the frontmatter field `key` of a skill or an agent. */
export function checkToolNames(text: string, key: string, tools: Tools | null): TextFinding[] {
  const head = frontmatterIn(text);
  if (head instanceof FrontmatterError || tools === null) return [];
  const line = head.lines.get(key) ?? null;
  return toolNames(head.fields.get(key))
    .filter((name) => !isOffered(name, tools))
    .map((name) => warning('tool', line, `${key} names ${name}, which the build does not offer`));
}

/** Checks an agent's frontmatter, from the text of its file `<fileName>.md`. */
export function checkAgent(text: string, fileName: string): TextFinding[] {
  const head = frontmatterIn(text);
  if (head instanceof FrontmatterError) return [failure('agent', head.line, head.message)];
  return checkRequired(head, 'agent', fileName);
}

/** Names are separated by spaces or commas; `Bash(git *)` is a pattern of the tool Bash. */
function toolNames(value: FrontmatterValue | undefined): string[] {
  const texts = typeof value === 'string' ? [value] : Array.isArray(value) ? value : [];
  return texts.flatMap((text) =>
    Array.from(text.matchAll(/([^\s,()]+)(?:\([^)]*\))?/g), ([, name]) => name ?? ''),
  );
}

/** Builds treat `Task` and `Agent` as synonyms here. */
function isOffered(name: string, tools: Tools): boolean {
  const synonyms = ['Agent', 'Task'];
  if (synonyms.includes(name)) return synonyms.some((each) => Object.hasOwn(tools, each));
  return name === '*' || mayBeOffered(name, tools);
}
