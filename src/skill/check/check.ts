import { readFile } from 'node:fs/promises';
import { basename, dirname, join, relative, sep } from 'node:path';
import { CcMirrorError } from '../../errors.ts';
import { folderOf } from '../catalogue.ts';
import { type Known, checkAgent, checkExamples, checkToolNames } from './check-text.ts';
import { type SourceFile, readSkillFiles } from '../install/skill-files.ts';
import type { Finding, Problem } from './pack-finding.ts';
import { checkLinks } from '../text/links.ts';
import type { Pack } from '../pack.ts';
import { type Rendered, renderWithLines } from '../rendered.ts';
import { templateProblems } from '../template.ts';
import { type Tools, assumedTools } from '../tools.ts';
import { printable } from '../pack-error.ts';
import { checkSkill } from '../text/skill-spec.ts';
import { type Setting, type View, viewOf } from '../view.ts';

/** What a pack is checked for; nulls where there is no build. */
export interface CheckOptions extends Known {
  /** The models of the provider, which texts may name. */
  models: Setting['models'];
}

/** What is looked at of a pack, be it fit to be installed or not. */
export interface CheckedPack extends Pick<Pack, 'source' | 'id' | 'templates'> {
  skills: readonly Pick<Pack['skills'][number], 'folder' | 'leaveOut'>[];
  agents: readonly Pick<Pack['agents'][number], 'file'>[];
}

/** Tokens that the texts of a pack of templates may have. */
const budgets = { skill: 2500, reference: 3000, agent: 1200 };
/** What agentskills.io/specification recommends for the body of SKILL.md, in tokens. */
const recommendedBody = 5000;

interface Context {
  pack: CheckedPack;
  view: View;
  /** The tools of the build. */
  tools: Tools | null;
  /** What examples are held against. */
  known: Known;
  count: (text: string) => number;
}

/** A Markdown file of the pack, absolute, filled in if it is a template that can be. */
interface Text extends Rendered {
  file: string;
  problems: Problem[];
}

/**
 * Checks all skills and agents of a pack. With a pack.json its texts are templates: they are
 * rendered first, and whatever is found is an error; of other packs only what keeps a skill or an
 * agent from being loaded is one.
 */
export async function checkPack(pack: CheckedPack, options: CheckOptions): Promise<Finding[]> {
  const { tools, agents, models } = options;
  const { countTokens: count } = await import('../tokens.ts');
  const view = viewOf({ tools: tools ?? assumedTools(true), models });
  const own = pack.agents.map(({ file }) => basename(file, '.md'));
  const known = {
    tools: tools ?? (pack.templates ? assumedTools(true) : null),
    agents: agents && [...agents, ...own],
  };
  const context = { pack, view, tools, known, count };
  const findings: Finding[] = [];
  for (const skill of pack.skills) findings.push(...(await skillFindings(skill, context)));
  for (const { file } of pack.agents) {
    const text = fillIn(file, await readFile(file, 'utf8'), context);
    findings.push(...textFindings(text, agentProblems, context));
  }
  return findings;
}

async function skillFindings(
  { folder, leaveOut }: CheckedPack['skills'][number],
  context: Context,
): Promise<Finding[]> {
  const { pack } = context;
  let files: SourceFile[];
  try {
    files = await readSkillFiles(folder, leaveOut);
  } catch (error) {
    if (!(error instanceof CcMirrorError)) throw error;
    return [found({ rule: 'pack', line: null, message: error.message, fatal: true }, folder, pack)];
  }
  const main = join(folder, 'SKILL.md');
  const texts = files
    .filter(({ path }) => path.endsWith('.md'))
    .map(({ path, content }) => fillIn(join(folder, path), content.toString('utf8'), context));
  const findings = texts.flatMap((text) =>
    textFindings(text, text.file === main ? mainProblems : referenceProblems, context),
  );
  if (texts.some(({ problems }) => problems.length > 0)) return findings;

  const paths = files.map(({ path }) => path);
  const named = texts.map(({ file, text }) => ({ path: slashed(relative(folder, file)), text }));
  const links = checkLinks(paths, named).map(({ path, line, message }) => {
    const file = join(folder, path);
    const origin = texts.find((text) => text.file === file);
    return found({ rule: 'link', line, message }, file, pack, origin?.lineOf);
  });
  return [...findings, ...links];
}

function fillIn(file: string, raw: string, { pack, view }: Context): Text {
  const problems = pack.templates ? templateProblems(raw) : [];
  if (!pack.templates || problems.length > 0) {
    const told = problems.map((message) => ({ rule: 'template' as const, line: null, message }));
    return { file, problems: told, text: raw, lineOf: (line) => line };
  }
  return { file, problems: [], ...renderWithLines(raw, view) };
}

/** What is wrong with a text, in the lines of its file; nothing more where it was not filled in. */
function textFindings(
  { file, problems, text, lineOf }: Text,
  check: (text: string, file: string, context: Context) => Problem[],
  context: Context,
): Finding[] {
  const all = problems.length > 0 ? problems : check(text, file, context);
  return all.map((problem) => found(problem, file, context.pack, lineOf));
}

function mainProblems(
  text: string,
  file: string,
  { pack, tools, known, count }: Context,
): Problem[] {
  const folder = dirname(file);
  const name = pack.templates && folder === folderOf(pack.source) ? pack.id : basename(folder);
  const { templates } = pack;
  return [
    ...checkSkill(text, name).map((each) => ({ ...each, rule: 'spec' as const })),
    ...(templates
      ? overBudget('SKILL.md', count(text), budgets.skill)
      : overBudget('the body', count(withoutFrontmatter(text)), recommendedBody)),
    ...checkToolNames(text, 'allowed-tools', tools),
    ...checkExamples(text, known),
  ];
}

function referenceProblems(text: string, _: string, { pack, known, count }: Context): Problem[] {
  const size = pack.templates ? overBudget('the file', count(text), budgets.reference) : [];
  return [...size, ...checkExamples(text, known)];
}

function agentProblems(
  text: string,
  file: string,
  { pack, tools, known, count }: Context,
): Problem[] {
  return [
    ...checkAgent(text, basename(file, '.md')),
    ...(pack.templates ? overBudget('the file', count(text), budgets.agent) : []),
    ...checkToolNames(text, 'tools', tools),
    ...checkExamples(text, known),
  ];
}

function overBudget(what: string, tokens: number, most: number): Problem[] {
  if (tokens <= most) return [];
  const message = `${what} has ${tokens} tokens and should have at most ${most}`;
  return [{ rule: 'tokens', line: null, message }];
}

function withoutFrontmatter(text: string): string {
  return text.replace(/^---\r?\n[^]*?\n---[ \t]*\r?\n/, '');
}

function found(
  { rule, line, message, fatal = false }: Problem,
  file: string,
  pack: CheckedPack,
  lineOf: Rendered['lineOf'] = (each) => each,
): Finding {
  return {
    severity: pack.templates || fatal ? 'error' : 'warning',
    file: printable(slashed(relative(folderOf(pack.source), file))) || '.',
    line: line === null ? null : lineOf(line),
    rule,
    message: printable(message),
  };
}

function slashed(path: string): string {
  return path.split(sep).join('/');
}
