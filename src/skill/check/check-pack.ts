import { readFile } from 'node:fs/promises';
import { basename, dirname, join, relative, sep } from 'node:path';
import { CcMirrorError } from '../../errors.ts';
import { printableLine } from '../../ui/printable.ts';
import { folderOf } from '../pack-source.ts';
import { type SourceFile, readSkillFiles } from '../install/skill-files.ts';
import type { Pack } from '../pack.ts';
import { type PackFinding, type TextFinding, failure, warning } from '../pack-finding.ts';
import { templateProblems } from '../template.ts';
import { checkLinks } from '../text/links.ts';
import { checkSkill } from '../text/skill-spec.ts';
import { type Tools, assumedTools } from '../tools.ts';
import { type Setting, type View, viewOf } from '../view.ts';
import { type Known, checkAgent, checkExamples, checkToolNames } from './check-text.ts';
import { type Rendered, renderWithLines } from './render-with-lines.ts';

/** What a pack is checked against; nulls without a build. */
export interface CheckOptions extends Known {
  /** The models of the provider, which texts may name. */
  models: Setting['models'];
}

/** The parts of a pack that are checked, whether it can be installed or not. */
export interface CheckedPack extends Pick<Pack, 'source' | 'id' | 'templates'> {
  skills: readonly Pick<Pack['skills'][number], 'folder' | 'leaveOut'>[];
  agents: readonly Pick<Pack['agents'][number], 'file'>[];
}

/** The most tokens for the texts of a pack of templates; `skill` is SKILL.md. */
const budgets = { skill: 2500, reference: 3000, agent: 1200 };
type Kind = keyof typeof budgets;
/** The limit that agentskills.io/specification recommends for the body of SKILL.md, in tokens. */
const recommendedBody = 5000;

interface Context {
  pack: CheckedPack;
  view: View;
  /** The tools of the build. */
  tools: Tools | null;
  /** What examples are checked against. */
  known: Known;
  count: (text: string) => number;
}

/** A Markdown file of the pack, absolute, rendered if it is a template. */
interface Text extends Rendered {
  file: string;
  /** The errors that kept it from being rendered. */
  unrendered: TextFinding[];
}

/**
 * Checks the skills and agents of a pack. With a pack.json its texts are templates: they are
 * rendered first, and every finding is an error. In other packs, only what keeps a skill or an agent
 * from being loaded is an error.
 */
export async function checkPack(pack: CheckedPack, options: CheckOptions): Promise<PackFinding[]> {
  const { tools, agents, models } = options;
  const { countTokens: count } = await import('../tokens.ts');
  const view = viewOf({ tools: tools ?? assumedTools(true), models });
  const own = pack.agents.map(({ file }) => basename(file, '.md'));
  const known = {
    tools: tools ?? (pack.templates ? assumedTools(true) : null),
    agents: agents && [...agents, ...own],
  };
  const context = { pack, view, tools, known, count };
  const findings: PackFinding[] = [];
  for (const skill of pack.skills) findings.push(...(await skillFindings(skill, context)));
  for (const { file } of pack.agents) {
    const text = render(file, await readFile(file, 'utf8'), context);
    findings.push(...textFindings(text, 'agent', context));
  }
  return findings;
}

async function skillFindings(
  { folder, leaveOut }: CheckedPack['skills'][number],
  context: Context,
): Promise<PackFinding[]> {
  const { pack } = context;
  let files: SourceFile[];
  try {
    files = readSkillFiles(folder, leaveOut);
  } catch (error) {
    if (!(error instanceof CcMirrorError)) throw error;
    return [inFile(failure('pack', null, error.message), folder, pack)];
  }
  const main = join(folder, 'SKILL.md');
  const texts = files
    .filter(({ path }) => path.endsWith('.md'))
    .map(({ path, content }) => render(join(folder, path), content.toString('utf8'), context));
  const findings = texts.flatMap((text) =>
    textFindings(text, text.file === main ? 'skill' : 'reference', context),
  );
  if (texts.some(({ unrendered }) => unrendered.length > 0)) return findings;

  const paths = files.map(({ path }) => path);
  const named = texts.map(({ file, text }) => ({ path: slashed(relative(folder, file)), text }));
  const links = checkLinks(paths, named).map((finding) => {
    const file = join(folder, finding.file);
    const origin = texts.find((text) => text.file === file);
    return inFile(finding, file, pack, origin?.lineOf);
  });
  return [...findings, ...links];
}

function render(file: string, raw: string, { pack, view }: Context): Text {
  const problems = pack.templates ? templateProblems(raw) : [];
  if (!pack.templates || problems.length > 0) {
    const unrendered = problems.map((message) => failure('template', null, message));
    return { file, unrendered, text: raw, lineOf: (line) => line };
  }
  return { file, unrendered: [], ...renderWithLines(raw, view) };
}

/** The findings in a text, in the lines of its file. A text that was not rendered is not checked. */
function textFindings(
  { file, unrendered, text, lineOf }: Text,
  kind: Kind,
  context: Context,
): PackFinding[] {
  const { pack, tools, known } = context;
  const field = kind === 'agent' ? 'tools' : 'allowed-tools';
  const checked = (): TextFinding[] => [
    ...(kind === 'skill' ? checkSkill(text, skillName(dirname(file), pack)) : []),
    ...(kind === 'agent' ? checkAgent(text, basename(file, '.md')) : []),
    ...sizeFindings(text, kind, context),
    ...(kind === 'reference' ? [] : checkToolNames(text, field, tools)),
    ...checkExamples(text, known),
  ];
  const findings = unrendered.length > 0 ? unrendered : checked();
  return findings.map((finding) => inFile(finding, file, pack, lineOf));
}

/** A skill is called like its folder, that of a pack of its own like the pack. */
function skillName(folder: string, pack: CheckedPack): string {
  return pack.templates && folder === folderOf(pack.source) ? pack.id : basename(folder);
}

function sizeFindings(text: string, kind: Kind, { pack, count }: Context): TextFinding[] {
  if (!pack.templates && kind !== 'skill') return [];
  const [what, tokens, most] = pack.templates
    ? [kind === 'skill' ? 'SKILL.md' : 'the file', count(text), budgets[kind]]
    : ['the body', count(withoutFrontmatter(text)), recommendedBody];
  if (tokens <= most) return [];
  return [warning('tokens', null, `${what} has ${tokens} tokens and should have at most ${most}`)];
}

function withoutFrontmatter(text: string): string {
  return text.replace(/^---\r?\n[^]*?\n---[ \t]*\r?\n/, '');
}

function inFile(
  { severity, line, rule, message }: TextFinding,
  file: string,
  pack: CheckedPack,
  lineOf: Rendered['lineOf'] = (each) => each,
): PackFinding {
  return {
    severity: pack.templates ? 'error' : severity,
    file: printableLine(slashed(relative(folderOf(pack.source), file))) || '.',
    line: line === null ? null : lineOf(line),
    rule,
    message: printableLine(message),
  };
}

function slashed(path: string): string {
  return path.split(sep).join('/');
}
