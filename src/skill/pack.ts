import { readFile, readdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { z } from 'zod';
import { CcMirrorError, systemCode } from '../errors.ts';
import { type RuleName, ruleNames } from '../rules/names.ts';
import { FrontmatterError, type FrontmatterValue, parseFrontmatter } from './frontmatter.ts';
import { isPathBelow } from './record.ts';
import { kindOf } from './target.ts';
import { renderTemplate, templateProblems } from './template.ts';
import { assumedTools } from './tools.ts';
import { isSkillName } from './validate.ts';
import { ownModels, viewOf } from './view.ts';

const below = z.string().refine((path) => path === '.' || isPathBelow(path), {
  error: 'leads out of the pack',
});

/**
 * pack.json. `skills` are folders with a SKILL.md (`.` is the pack's own), `agents` are files,
 * both below the pack's folder. `hooks` names rules of cc-mirror's own program, never commands.
 * What `requires` names and a build lacks is said at install with its text in `fallbacks`, or
 * keeps the pack out where there is none; `Agent|Task` is one tool under either name.
 */
const manifestSchema = z.strictObject({
  id: z.string().refine(isSkillName, { error: 'is not of the form a-z, 0-9 and single hyphens' }),
  description: z.string().min(1),
  skills: z.array(below).default([]),
  agents: z.array(below).default([]),
  hooks: z.array(z.enum(ruleNames)).default([]),
  permissions: z.array(z.string().min(1)).default([]),
  requires: z
    .strictObject({
      capabilities: z.array(z.enum(['tasks', 'teams'])).default([]),
      tools: z.array(z.string().min(1)).default([]),
    })
    .default({ capabilities: [], tools: [] }),
  fallbacks: z.record(z.string(), z.string().min(1)).default({}),
});
type Manifest = z.infer<typeof manifestSchema>;

export interface PackedSkill {
  name: string;
  description: string;
  folder: string;
  /** Paths below the folder that belong to the pack and not to the skill. */
  leaveOut: readonly string[];
}

interface PackedAgent {
  name: string;
  description: string;
  /** `<name>.md`, absolute. */
  file: string;
}

/** Skills and agents that are installed together, with what they need around them. */
export interface Pack {
  /** What names it on the command line and in a record: a shipped pack's id, else its folder. */
  source: string;
  id: string;
  description: string;
  skills: PackedSkill[];
  agents: PackedAgent[];
  hooks: readonly RuleName[];
  permissions: readonly string[];
  requires: Manifest['requires'];
  fallbacks: Manifest['fallbacks'];
  /** Its texts are templates: it has a pack.json. Without one a text is taken as it is. */
  templates: boolean;
}

/**
 * Reads a pack: a folder with a pack.json; or any folder of skills, such as the checkout of a
 * repository, with a SKILL.md, or `skills/<name>/SKILL.md`, or `<name>/SKILL.md`, and `agents/*.md`.
 * Errors: `no-such-path` where there is no skill; `usage` where what is there cannot be installed.
 */
export async function readPack(folder: string, source: string = folder): Promise<Pack> {
  const manifest = await readManifest(folder);
  const plain = manifest ?? (await findSkills(folder));
  const templates = manifest !== null;
  const skills = await Promise.all(
    plain.skills.map(async (path): Promise<PackedSkill> => {
      const { name, description } = await head(join(folder, path, 'SKILL.md'), templates);
      return { name, description, folder: join(folder, path), leaveOut: notOf(path, plain) };
    }),
  );
  const agents = await Promise.all(
    plain.agents.map(async (path): Promise<PackedAgent> => {
      const file = join(folder, path);
      const { name, description } = await head(file, templates);
      if (`${name}.md` === basename(file)) return { name, description, file };
      throw unfit(file, `it is called ${basename(file)}, and its frontmatter names it ${name}`);
    }),
  );
  if (skills.length === 0 && agents.length === 0) throw noSkill(folder);
  return { ...plain, source, skills, agents, templates };
}

async function readManifest(folder: string): Promise<Manifest | null> {
  const path = join(folder, 'pack.json');
  const text = await textIfThere(path);
  if (text === null) return null;
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw unfit(path, `it is not valid JSON: ${error.message}`);
  }
  const { success, data, error } = manifestSchema.safeParse(json);
  if (success) return data;
  const [issue] = error.issues;
  throw unfit(path, `${issue?.path.join('.') || 'the pack'}: ${issue?.message}`);
}

async function findSkills(folder: string): Promise<Manifest> {
  const manifest = { id: basename(folder), description: '', ...nothing };
  const agents = await findAgents(folder);
  if (await isSkill(folder)) return { ...manifest, skills: ['.'], agents };
  const skills: string[] = [];
  for (const base of ['skills', '.']) {
    for (const name of await namesIn(join(folder, base))) {
      const path = base === '.' ? name : `${base}/${name}`;
      if (await isSkill(join(folder, path))) skills.push(path);
    }
    if (skills.length > 0) break;
  }
  return { ...manifest, skills, agents };
}

/**
 * The agent files in the folder `agents` of a pack, as paths below it. A Markdown file without a
 * frontmatter is something else that a skill keeps there.
 */
export async function findAgents(folder: string): Promise<string[]> {
  const found: string[] = [];
  for (const name of await namesIn(join(folder, 'agents'))) {
    const path = `agents/${name}`;
    const text = name.endsWith('.md') ? await textIfThere(join(folder, path)) : null;
    if (text !== null && /^\uFEFF?---\s/u.test(text)) found.push(path);
  }
  return found;
}

const nothing: Pick<Manifest, 'hooks' | 'permissions' | 'requires' | 'fallbacks'> = {
  hooks: [],
  permissions: [],
  requires: { capabilities: [], tools: [] },
  fallbacks: {},
};

/** What lies in a skill's folder and is not its own: the rest of the pack. */
function notOf(path: string, { skills, agents }: Manifest): string[] {
  if (path !== '.') return [];
  return ['pack.json', ...skills.filter((other) => other !== '.'), ...agents];
}

async function head(
  file: string,
  template: boolean,
): Promise<{ name: string; description: string }> {
  const text = await textIfThere(file);
  if (text === null) throw new CcMirrorError('no-such-path', `${file} is not there.`);
  const [wrong] = template ? templateProblems(text) : [];
  if (wrong !== undefined) throw unfit(file, wrong);
  try {
    const { fields } = parseFrontmatter(template ? renderTemplate(text, anyView) : text);
    const name = fields.get('name');
    if (typeof name !== 'string' || !isSkillName(name)) {
      throw unfit(file, `its name is ${told(name)}; it should be a-z, 0-9 and single hyphens`);
    }
    const description = fields.get('description');
    return { name, description: typeof description === 'string' ? description : '' };
  } catch (error) {
    if (!(error instanceof FrontmatterError)) throw error;
    throw unfit(`${file}:${error.line}`, error.message);
  }
}

const anyView = viewOf({ tools: assumedTools(true), models: ownModels });

function told(value: FrontmatterValue | undefined): string {
  return value === undefined ? 'missing' : JSON.stringify(value);
}

async function isSkill(folder: string): Promise<boolean> {
  return (await kindOf(join(folder, 'SKILL.md'))) === 'file';
}

async function namesIn(folder: string): Promise<string[]> {
  try {
    const names = await readdir(folder);
    return names.filter((name) => !name.startsWith('.')).sort();
  } catch (error) {
    if (['ENOENT', 'ENOTDIR'].includes(systemCode(error) ?? '')) return [];
    throw error;
  }
}

async function textIfThere(path: string): Promise<string | null> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (['ENOENT', 'ENOTDIR'].includes(systemCode(error) ?? '')) return null;
    throw error;
  }
}

function unfit(where: string, what: string): CcMirrorError {
  const hint = 'See all that is wrong with a skill: cc-mirror skills check FOLDER';
  return new CcMirrorError('usage', `${where}: ${what}.`, hint);
}

function noSkill(folder: string): CcMirrorError {
  return new CcMirrorError(
    'no-such-path',
    `${folder} holds no skill: there is no SKILL.md in it, in skills/NAME or in NAME.`,
    'Give a folder that holds a SKILL.md.',
  );
}
