import Mustache from 'mustache';
import type { View } from './view.ts';

/**
 * Fills a template of a pack in: Mustache (mustache.github.io) without its HTML escaping.
 * @throws {Error} on a template that is not closed; see `templateProblems`
 */
export function renderTemplate(text: string, view: View): string {
  return Mustache.render(text, view, undefined, { escape: String });
}

const names = [
  /^worker\.(?:tool|model|background|models)$/,
  /^tasks$/,
  /^has\.\w+(?:\.\w+)?$/,
  /^status\.(?:pending|in_progress|completed|deleted)$/,
  /^models\.(?:haiku|sonnet|opus|one)$/,
];

/** What is wrong with a template: names that no view has, and sections that are not closed. */
export function templateProblems(text: string): string[] {
  try {
    const used = [...new Set(namesIn(Mustache.parse(text)))];
    const unknown = used.filter((name) => !names.some((known) => known.test(name)));
    return unknown.map((name) => `{{${name}}} is no name that a template has`);
  } catch (error) {
    return [error instanceof Error ? error.message : String(error)];
  }
}

/** Tokens of mustache.js: type, value, start, end, and the tokens within a section. */
function namesIn(tokens: readonly unknown[]): string[] {
  return tokens.flatMap((token) => {
    if (!Array.isArray(token)) return [];
    const [type, value, , , inner]: unknown[] = token;
    if (type === 'text' || type === '!') return [];
    return [String(value), ...(Array.isArray(inner) ? namesIn(inner) : [])];
  });
}
