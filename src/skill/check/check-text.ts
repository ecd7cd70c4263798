import { callsIn, checkCalls, isElsewhere, isPlaceholder } from '../text/calls.ts';
import type { Problem } from './pack-finding.ts';
import { checkMentions } from '../text/mentions.ts';
import { FrontmatterError, type FrontmatterValue, parseFrontmatter } from '../text/frontmatter.ts';
import { isSkillName } from '../names.ts';
import type { Tools } from '../tools.ts';

/** What the calls and tool names in a text are held against; null: not known, so not checked. */
export interface Known {
  tools: Tools | null;
  agents: readonly string[] | null;
}

/** Checks the examples of calls in a text, the agents that they start, and what the prose names. */
export function checkExamples(text: string, { tools, agents }: Known): Problem[] {
  const calls = callsIn(text);
  const problems = tools === null ? [] : checkCalls(calls, tools);
  const unknown = calls.flatMap(({ tool, line, input }) => {
    const type = input?.get('subagent_type');
    if (agents === null || typeof type !== 'string') return [];
    if (agents.includes(type) || isPlaceholder(type)) return [];
    const message = `${tool} starts ${type}, which is neither an agent of the build nor of the pack`;
    return [{ rule: 'agent' as const, line, message }];
  });
  const named = tools === null ? [] : checkMentions(text, tools);
  return [
    ...problems.map((each) => ({ rule: 'call' as const, ...each })),
    ...named.map((each) => ({ rule: 'tool' as const, ...each })),
    ...unknown,
  ];
}

/** Checks the tools that the frontmatter field `key` of a skill or an agent names. */
export function checkToolNames(text: string, key: string, tools: Tools | null): Problem[] {
  const head = headOf(text);
  if (head === null || tools === null) return [];
  const line = head.lines.get(key) ?? null;
  return toolNames(head.fields.get(key))
    .filter((name) => !isOffered(name, tools))
    .map((name) => ({
      rule: 'tool',
      line,
      message: `${key} names ${name}, which the build does not offer`,
    }));
}

/** Checks an agent's frontmatter, from the text of its file `<fileName>.md`. */
export function checkAgent(text: string, fileName: string): Problem[] {
  try {
    const { fields, lines } = parseFrontmatter(text);
    const problems: Problem[] = [];
    const found = (key: string, message: string): void => {
      problems.push({ rule: 'agent', line: lines.get(key) ?? null, message, fatal: true });
    };
    const [name, description] = [fields.get('name'), fields.get('description')];
    if (typeof name !== 'string' || name === '') found('name', 'the name is missing');
    else if (!isSkillName(name)) {
      found('name', `the name "${name}" is not of the form a-z, 0-9 and single hyphens`);
    } else if (name !== fileName) {
      found('name', `the name "${name}" differs from the file's, "${fileName}"`);
    }
    if (typeof description !== 'string' || description.trim() === '') {
      found('description', 'the description is missing');
    }
    return problems;
  } catch (error) {
    if (!(error instanceof FrontmatterError)) throw error;
    return [{ rule: 'agent', line: error.line, message: error.message, fatal: true }];
  }
}

/** `Bash(git *)` is a pattern of the tool Bash; blanks or commas stand between two. */
function toolNames(value: FrontmatterValue | undefined): string[] {
  const texts = typeof value === 'string' ? [value] : Array.isArray(value) ? value : [];
  return texts.flatMap((text) =>
    Array.from(text.matchAll(/([^\s,()]+)(?:\([^)]*\))?/g), ([, name]) => name ?? ''),
  );
}

/** Builds take `Task` and `Agent` for each other here. */
function isOffered(name: string, tools: Tools): boolean {
  const twins = ['Agent', 'Task'];
  if (twins.includes(name)) return twins.some((each) => Object.hasOwn(tools, each));
  return Object.hasOwn(tools, name) || name === '*' || isElsewhere(name);
}

function headOf(text: string): ReturnType<typeof parseFrontmatter> | null {
  try {
    return parseFrontmatter(text);
  } catch (error) {
    if (error instanceof FrontmatterError) return null;
    throw error;
  }
}
