import { type MarkdownLine, markdownLines } from './markdown.ts';

/** A Markdown file of a skill; `path` is below the skill's folder, with slashes. */
export interface SkillMarkdown {
  path: string;
  text: string;
}

export interface LinkProblem {
  path: string;
  line: number | null;
  message: string;
}

/** The folders of the specification; a path below one is a mention wherever it stands. */
const mention =
  /(?<![\w./\\<>{}$@:-])(?:\.\/)?((?:references|scripts|assets)\/(?:[\w.-]+\/)*[\w.-]*\w\.\w+)/g;
// Each part ends where the next can begin, so that no text takes longer than its length.
const inlineLink = /\]\(\s*(?:<([^<>]*)>|([^\s()]+(?:\([^\s()]*\)[^\s()]*)*))(?:\s[^()]*)?\)/g;
const definition = /^ {0,3}\[[^\]^][^\]]*\]:\s*<?([^\s<>]+)>?/g;

/**
 * Checks that what a skill's texts link to or mention is among its `files` (all of them, as paths
 * below its folder), and that every file in `references` is mentioned somewhere. Addresses and
 * anchors are left alone. Paths are those of the skill's folder (agentskills.io/specification);
 * a link may also start at the file it is in, as Markdown has it.
 */
export function checkLinks(
  files: readonly string[],
  texts: readonly SkillMarkdown[],
): LinkProblem[] {
  const broken = texts.flatMap(({ path, text }) =>
    markdownLines(text).flatMap((line) =>
      unique([...linksIn(line), ...mentionsIn(line, files)]).flatMap((target) => {
        const message = targetProblem(target, path, files);
        return message === null ? [] : [{ path, line: line.number, message }];
      }),
    ),
  );
  const orphans = files.filter((file) => file.startsWith('references/') && !isTold(file, texts));
  const message = 'no text of the skill mentions it, so it is never read';
  return [...broken, ...orphans.map((path) => ({ path, line: null, message }))];
}

/** Targets of links in prose. One without a dot or slash is an example of how links are written. */
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
 * Mentions in prose and code. In a code block of a skill that has no folder of that name, such a
 * path is taken to be one of the user's project.
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
  const there = candidates.some((path) =>
    files.some((file) => file === path || file.startsWith(`${path}/`)),
  );
  return there ? null : `the skill has no ${target}`;
}

function isTold(file: string, texts: readonly SkillMarkdown[]): boolean {
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
