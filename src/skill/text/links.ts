import { type PackFinding, warning } from '../pack-finding.ts';
import { type MarkdownLine, markdownLines } from './markdown.ts';

/** A Markdown file of a skill; `path` is below the skill's folder, with slashes. */
export interface SkillMarkdown {
  path: string;
  text: string;
}

/** A path below one of the specification's folders is a mention, even outside of a link. */
const mention =
  /(?<![\w./\\<>{}$@:-])(?:\.\/)?((?:references|scripts|assets)\/(?:[\w.-]+\/)*[\w.-]*\w\.\w+)/g;
// No part can match where the next one starts, which keeps both patterns linear.
const inlineLink = /\]\(\s*(?:<([^<>]*)>|([^\s()]+(?:\([^\s()]*\)[^\s()]*)*))(?:\s[^()]*)?\)/g;
const definition = /^ {0,3}\[[^\]^][^\]]*\]:\s*<?([^\s<>]+)>?/g;

/**
 * Checks that what a skill's texts link to or mention is among its `files` (all of them, as paths
 * below its folder), and that every file in `references` is mentioned somewhere. URLs and anchors
 * are not checked. Paths start at the skill's folder (agentskills.io/specification); a link may also
 * start at the file that contains it, as in any Markdown. `file` is below the skill's folder.
 */
export function checkLinks(
  files: readonly string[],
  texts: readonly SkillMarkdown[],
): PackFinding[] {
  const broken = texts.flatMap(({ path: file, text }) =>
    markdownLines(text).flatMap((line) =>
      unique([...linksIn(line), ...mentionsIn(line, files)]).flatMap((target) => {
        const message = targetProblem(target, file, files);
        return message === null ? [] : [{ file, ...warning('link', line.number, message) }];
      }),
    ),
  );
  const orphans = files.filter(
    (file) => file.startsWith('references/') && !isMentioned(file, texts),
  );
  const message = 'no text of the skill mentions it, so it is never read';
  return [...broken, ...orphans.map((file) => ({ file, ...warning('link', null, message) }))];
}

/** Link targets in prose. One without a dot or slash shows how a link is written. */
function linksIn({ text, block }: MarkdownLine): string[] {
  if (block !== null) return [];
  const prose = text.replaceAll(/(?<!`)(`+)(?!`).*?(?<!`)\1(?!`)/g, '');
  const targets = [inlineLink, definition].flatMap((pattern) =>
    Array.from(prose.matchAll(pattern), ([, first, second]) => first ?? second ?? ''),
  );
  return targets.map(withoutAnchor).filter((target) => {
    if (/^[a-z][a-z\d+.-]+:|^\/\//i.test(target)) return false;
    return /[./\\]/.test(target) && !/[<>{}$*…]|\.{3}/.test(target);
  });
}

/**
 * Mentions in prose and code. In a code block, a path below a folder that the skill does not have is
 * taken for one of the user's project.
 */
function mentionsIn({ text, block }: MarkdownLine, files: readonly string[]): string[] {
  const targets = Array.from(text.matchAll(mention), ([, target]) => target ?? '');
  return targets.filter((target) => {
    const folder = target.slice(0, target.indexOf('/') + 1);
    return block === null || files.some((file) => file.startsWith(folder));
  });
}

function targetProblem(target: string, from: string, files: readonly string[]): string | null {
  if (/^[/\\~]|^[a-z]:/i.test(target)) return `the path ${target} is absolute`;
  const steps = target.split(/[/\\]/).filter((step) => step !== '.' && step !== '');
  if (steps.includes('..')) return `write the path ${target} from the skill's folder, without ..`;
  const folder = from.split('/').slice(0, -1);
  const candidates = [steps, [...folder, ...steps]].map((each) => each.join('/'));
  const exists = candidates.some((path) =>
    files.some((file) => file === path || file.startsWith(`${path}/`)),
  );
  return exists ? null : `the skill has no ${target}`;
}

function isMentioned(file: string, texts: readonly SkillMarkdown[]): boolean {
  const name = file.slice(file.lastIndexOf('/') + 1);
  return texts.some(({ path, text }) => path !== file && text.includes(name));
}

function withoutAnchor(target: string): string {
  const path = target.replace(/[#?].*$/, '');
  try {
    return decodeURIComponent(path);
  } catch (error) {
    if (!(error instanceof URIError)) throw error;
    return path;
  }
}

function unique(targets: readonly string[]): string[] {
  return [...new Set(targets.map((target) => target.replace(/^\.\//, '')))];
}
