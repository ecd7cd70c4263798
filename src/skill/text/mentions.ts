import { markdownLines } from './markdown.ts';
import { isElsewhere } from './calls.ts';
import { type Tools, assumedTools } from '../tools.ts';

/**
 * Names of Claude Code's own that stand for nothing else in a text: tools, and parameters whose
 * names are more than a plain word. Some are in few builds only. Source: requests of 2.0.77,
 * 2.1.112, 2.1.240 and 2.1.329.
 */
const known = {
  tools: new Set([
    ...Object.keys(assumedTools(true)),
    'Glob',
    'Grep',
    'KillShell',
    'LSP',
    'MultiEdit',
    'Task',
    'TaskOutput',
    'TodoWrite',
    'Workflow',
  ]),
  parameters: new Set([
    ...Object.values(assumedTools(true)).flatMap(({ parameters }) =>
      Object.keys(parameters).filter((name) => /[A-Z_]/.test(name)),
    ),
    'addComment',
    'addReferences',
  ]),
};

/**
 * Tools and parameters that the prose of a text names as code and a build does not have, each once
 * with its line (from 1).
 */
export function checkMentions(markdown: string, tools: Tools): { line: number; message: string }[] {
  const parameters = new Set(
    Object.values(tools).flatMap((shape) => Object.keys(shape.parameters)),
  );
  const found = new Map<string, { line: number; message: string }>();
  for (const { text, number: line, block } of markdownLines(markdown)) {
    if (block !== null) continue;
    for (const [, name = ''] of text.matchAll(/`([A-Za-z_]+)`/g)) {
      if (found.has(name)) continue;
      if (known.tools.has(name) && !Object.hasOwn(tools, name) && !isElsewhere(name)) {
        found.set(name, { line, message: `${name} is not offered` });
      } else if (known.parameters.has(name) && !parameters.has(name)) {
        found.set(name, { line, message: `no tool has a parameter ${name}` });
      }
    }
  }
  return [...found.values()];
}
