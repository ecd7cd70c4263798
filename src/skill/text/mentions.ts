import { type TextFinding, warning } from '../pack-finding.ts';
import { type Tools, assumedTools } from '../tools.ts';
import { mayBeOffered } from './calls.ts';
import { markdownLines } from './markdown.ts';

/**
 * Names from Claude Code that mean nothing else in a text: tools, and parameters whose names are
 * more than a plain word. Some exist in a few builds only. Source: requests of 2.0.77, 2.1.112,
 * 2.1.240 and 2.1.329.
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

/** Finds tools and parameters that prose names as code and a build does not have, once each. */
export function checkMentions(markdown: string, tools: Tools): TextFinding[] {
  const parameters = new Set(
    Object.values(tools).flatMap((shape) => Object.keys(shape.parameters)),
  );
  const found = new Map<string, TextFinding>();
  for (const { text, number, block } of markdownLines(markdown)) {
    if (block !== null) continue;
    for (const [, name = ''] of text.matchAll(/`([A-Za-z_]+)`/g)) {
      if (found.has(name)) continue;
      if (known.tools.has(name) && !mayBeOffered(name, tools)) {
        found.set(name, warning('tool', number, `${name} is not offered`));
      } else if (known.parameters.has(name) && !parameters.has(name)) {
        found.set(name, warning('tool', number, `no tool has a parameter ${name}`));
      }
    }
  }
  return [...found.values()];
}
