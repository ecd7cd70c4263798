import { type TextFinding, warning } from '../pack-finding.ts';
import type { ToolShape, Tools } from '../tools.ts';
import { type MarkdownLine, markdownLines } from './markdown.ts';

/** An example of a tool call in a text. */
export interface Call {
  tool: string;
  /** Where it starts, from 1. */
  line: number;
  /** The arguments by name; null where they are not JSON. */
  input: ReadonlyMap<string, unknown> | null;
}

/** Tools that some builds, such as 2.1.329, offer to interactive sessions and not with -p. */
const interactiveTools = ['AskUserQuestion', 'EnterPlanMode', 'ExitPlanMode'];

/** Blocks in other languages are code: `User {` is a type there, not a call. */
const languages = ['', 'text', 'txt', 'plaintext', 'json'];
const callStart = /^\s*(?:- )?([A-Z]\w*|mcp__[\w-]+) (\{.*)$/;

/**
 * Finds the calls in the fenced code blocks of a Markdown text: a tool name at the start of a line
 * (after indentation or `- `), a space, and a JSON object, which may span lines.
 */
export function callsIn(markdown: string): Call[] {
  const lines = markdownLines(markdown);
  return lines.flatMap((line, index): Call[] => {
    const { block, text, number } = line;
    if (block === null || !languages.includes(block.language)) return [];
    const [, tool, start] = callStart.exec(text) ?? [];
    if (tool === undefined || start === undefined) return [];
    const input = readInput([start, ...linesAfter(lines, index)].join('\n'));
    return [{ tool, line: number, input }];
  });
}

/**
 * Checks calls against the tools of a build: the tool, its parameters, their values and required
 * parameters. A text in <angle brackets> stands for any value.
 */
export function checkCalls(calls: readonly Call[], tools: Tools): TextFinding[] {
  return calls.flatMap(({ tool, line, input }) =>
    callProblems(tool, input, tools).map((message) => warning('call', line, message)),
  );
}

/** Whether a session may have a tool, even if the run that listed `tools` did not show it. */
export function mayBeOffered(tool: string, tools: Tools): boolean {
  return Object.hasOwn(tools, tool) || interactiveTools.includes(tool) || tool.startsWith('mcp__');
}

export function isPlaceholder(text: string): boolean {
  return /^<[^<>]+>$/.test(text);
}

function callProblems(tool: string, input: Call['input'], tools: Tools): string[] {
  const shape = Object.hasOwn(tools, tool) ? tools[tool] : undefined;
  if (input === null) {
    // Types and other code are a name and a brace, too.
    return shape === undefined ? [] : [`the arguments of ${tool} are not a JSON object`];
  }
  if (shape !== undefined) return inputProblems(tool, input, shape);
  return mayBeOffered(tool, tools) ? [] : [`the tool ${tool} is not offered`];
}

function inputProblems(
  tool: string,
  input: ReadonlyMap<string, unknown>,
  { required, parameters, types = {} }: ToolShape,
): string[] {
  const missing = required.filter((name) => !input.has(name));
  return [
    ...missing.map((name) => `${tool} needs ${name}`),
    ...Array.from(input).flatMap(([name, value]) => {
      if (!Object.hasOwn(parameters, name)) return [`${tool} has no parameter ${name}`];
      if (typeof value === 'string' && isPlaceholder(value)) return [];
      const type = Object.hasOwn(types, name) ? types[name] : undefined;
      if (type !== undefined && !isOfType(value, type)) {
        return [`${name} of ${tool} is not of type ${type}`];
      }
      const allowed = parameters[name] ?? null;
      if (allowed === null) return [];
      if (typeof value === 'string' && allowed.includes(value)) return [];
      return [`${name} of ${tool} is ${JSON.stringify(value)}, not one of: ${allowed.join(', ')}`];
    }),
  ];
}

/** Whether a value is of a type, by its name in JSON Schema. */
function isOfType(value: unknown, type: string): boolean {
  if (type === 'integer') return Number.isInteger(value);
  if (type === 'array') return Array.isArray(value);
  if (type === 'object')
    return typeof value === 'object' && value !== null && !Array.isArray(value);
  return type === 'null' ? value === null : typeof value === type;
}

/** The rest of the block that a line is in. */
function linesAfter(lines: readonly MarkdownLine[], index: number): string[] {
  const block = lines[index]?.block;
  const below = lines.slice(index + 1);
  const end = below.findIndex((line) => line.block !== block);
  return (end === -1 ? below : below.slice(0, end)).map(({ text }) => text);
}

/** Reads the object that a text starts with. */
function readInput(text: string): Call['input'] {
  const end = objectEnd(text);
  if (end === null) return null;
  try {
    const value: unknown = JSON.parse(text.slice(0, end));
    return new Map(typeof value === 'object' && value !== null ? Object.entries(value) : []);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    return null;
  }
}

/** The index after the brace that closes the first one; null if it is never closed. */
function objectEnd(text: string): number | null {
  let depth = 0;
  for (const { 0: token, index } of text.matchAll(/"(?:[^"\\]|\\.)*"|[{}]/gs)) {
    if (token === '{') depth += 1;
    if (token === '}') depth -= 1;
    if (depth === 0) return index + 1;
  }
  return null;
}
