import Mustache from 'mustache';
import type { Render } from './install/skill-files.ts';
import { packError } from './pack-error.ts';
import type { View } from './view.ts';

/**
 * Renders the Markdown files of a pack for a build; null if they are not templates. Error: `usage`
 * for a file with `templateProblems`.
 */
export function renderOf(
  { templates, source }: { templates: boolean; source: string },
  view: View,
): Render {
  if (!templates) return null;
  return (text, file) => {
    const [problem] = templateProblems(text);
    if (problem !== undefined) throw packError(file, problem, source);
    return renderTemplate(text, view);
  };
}

/**
 * Renders a template of a pack: Mustache (mustache.github.io) without its HTML escaping.
 * @throws {Error} on a section that is not closed
 */
export function renderTemplate(text: string, view: View): string {
  const { template, fill } = outlineOf(text);
  return fill(Mustache.render(template, view, undefined, { escape: String }));
}

/**
 * Mustache.js reads a text character by character, which took a fifth of the time of an install
 * (`npm run bench`, second variant): text between tags bypasses it, and `fill` puts it back.
 */
function outlineOf(text: string): { template: string; fill: (text: string) => string } {
  if (text.includes('\0')) return { template: text, fill: String };
  const passages: string[] = [];
  const template = text.replace(tagOrPassage, (found) => {
    if (found.startsWith('{{') || found.trim() === '') return found;
    const end = found.endsWith('\n') ? '\n' : '';
    return `\0${passages.push(found.slice(0, found.length - end.length)) - 1}\0${end}`;
  });
  const fill = (rendered: string): string =>
    rendered.replace(/\0(\d+)\0/g, (_, index) => passages[Number(index)] ?? '');
  return { template, fill };
}

/** A tag; lines without any; or text beside a tag, as line ends decide what a tag leaves. */
const tagOrPassage = /\{\{[^}]*\}\}|(?:(?<![^\n])(?![^\n]*(?:\{\{|\}\}))[^\n]*\n)+|[^\n{}]{8,}/g;

const texts =
  /^(?:worker\.(?:tool|models)|status\.(?:pending|in_progress|completed|deleted)|models\.(?:haiku|sonnet|opus))$/;
/** Names that are true or false, for sections only. */
const conditions = /^(?:tasks|worker\.(?:model|background)|has\.\w+(?:\.\w+)?|models\.one)$/;

/** Finds unknown names, conditions that are used as text, and sections that are not closed. */
export function templateProblems(text: string): string[] {
  try {
    const problems = tagsIn(Mustache.parse(outlineOf(text).template)).map(tagProblem);
    return [...new Set(problems.filter((each) => each !== null))];
  } catch (error) {
    // The offset at its end counts in the outline.
    return [(error instanceof Error ? error.message : String(error)).replace(/ at \d+$/, '')];
  }
}

interface Tag {
  /** As in mustache.js: `#` and `^` are sections, `name` and `&` are texts. */
  type: string;
  name: string;
}

function tagProblem({ type, name }: Tag): string | null {
  const isSection = type === '#' || type === '^';
  const isText = type === 'name' || type === '&';
  if (isSection && conditions.test(name)) return null;
  if ((isSection || isText) && texts.test(name)) return null;
  if (isText && conditions.test(name)) {
    return `{{${name}}} is not text: write {{#${name}}}…{{/${name}}}`;
  }
  return `templates have no {{${isSection || isText ? '' : type}${name}}}`;
}

/** Flattens the tokens of mustache.js: type, value, start, end, and the tokens of a section. */
function tagsIn(tokens: readonly unknown[]): Tag[] {
  return tokens.flatMap((token) => {
    if (!Array.isArray(token)) return [];
    const [type, value, , , inner]: unknown[] = token;
    if (type === 'text' || type === '!') return [];
    return [
      { type: String(type), name: String(value) },
      ...(Array.isArray(inner) ? tagsIn(inner) : []),
    ];
  });
}
