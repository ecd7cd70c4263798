import { jsonErrorPlace, withoutMark } from '../config/json-place.ts';
import { basename, join } from 'node:path';
import { readIfExists } from '../disk/sync-read.ts';
import { CcMirrorError } from '../errors.ts';
import { type RuleName, ruleNames } from '../rules/names.ts';
import * as z from '../zod.ts';
import {
  type Render,
  type SourceFile,
  readSkillFiles,
  readSourceFile,
} from './install/skill-files.ts';
import { findAgents, findSkills } from './find.ts';
import { FrontmatterError, type FrontmatterValue, parseFrontmatter } from './text/frontmatter.ts';
import { isPathBelow, isSkillName } from './names.ts';
import { renderOf } from './template.ts';
import { assumedTools } from './tools.ts';
import { unfit } from './pack-error.ts';
import { ownModels, viewOf } from './view.ts';

const below = z
  .string()
  .check(z.refine((path) => path === '.' || isPathBelow(path), { error: 'leads out of the pack' }));

/** A text that is shown in a terminal. */
const line = z
  .string()
  .check(z.regex(/^\P{Cc}+$/u, { error: 'is empty or has a control character' }));
const permission = z.string().check(
  z.regex(/^(?:[A-Z]\w*|mcp__[\w-]+)(?:\([^\p{Cc}]+\))?$/u, {
    error: 'is no permission rule, such as Bash(git status)',
  }),
);
const id = z
  .string()
  .check(z.refine(isSkillName, { error: 'is not of the form a-z, 0-9 and single hyphens' }));

/**
 * pack.json. `skills` are folders with a SKILL.md (`.` is the pack's own), `agents` are files,
 * both below the pack's folder. `hooks` names rules of cc-mirror's own program, never commands.
 * What `requires` names and a build lacks is said at install with its text in `fallbacks`, or
 * keeps the pack out where there is none; `Agent|Task` is one tool under either name.
 */
const manifestSchema = z
  .strictObject({
    id,
    description: line,
    skills: z._default(z.array(below), []),
    agents: z._default(z.array(below), []),
    hooks: z._default(z.array(z.enum(ruleNames)), []),
    permissions: z._default(z.array(permission), []),
    requires: z._default(
      z.strictObject({
        capabilities: z._default(z.array(z.enum(['tasks', 'teams'])), []),
        tools: z._default(z.array(line), []),
      }),
      { capabilities: [], tools: [] },
    ),
    fallbacks: z._default(z.record(z.string(), line), {}),
  })
  .check(
    z.superRefine(({ requires, fallbacks }, context) => {
      const needs: string[] = [...requires.capabilities, ...requires.tools];
      for (const key of Object.keys(fallbacks).filter((key) => !needs.includes(key))) {
        const message = 'is nothing that the pack requires';
        context.addIssue({ code: 'custom', path: ['fallbacks', key], message });
      }
    }),
  );
type Manifest = z.infer<typeof manifestSchema>;

interface Head {
  name: string;
  description: string;
  /**
   * Whether a session's first request is sure to name it. Not so a skill with
   * `disable-model-invocation`, or with `paths`, which comes up with a file that they match.
   * Source: the loader of skills in 2.0.77 and 2.1.112.
   */
  listed: boolean;
}

interface PackedSkill extends Head {
  folder: string;
  /** Paths below the folder that belong to the pack and not to the skill. */
  leaveOut: readonly string[];
  /** Its files, read once. Errors: see `readSkillFiles`. */
  files: () => Promise<readonly SourceFile[]>;
}

interface PackedAgent extends Head {
  /** `<name>.md`, absolute. */
  file: string;
  /** That file, read once. */
  files: () => Promise<readonly SourceFile[]>;
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
  const manifest = await readManifest(folder, source);
  const plain = manifest ?? (await withoutManifest(folder));
  const templates = manifest !== null;
  const render = renderOf({ templates, source }, anyView);
  const skills = await Promise.all(
    plain.skills.map(async (path): Promise<PackedSkill> => {
      const fields = await head(join(folder, path, 'SKILL.md'), render, source);
      const [own, leaveOut] = [join(folder, path), notOf(path, plain)];
      const files = once(() => readSkillFiles(own, leaveOut));
      return { ...fields, folder: own, leaveOut, files };
    }),
  );
  const agents = await Promise.all(
    plain.agents.map(async (path): Promise<PackedAgent> => {
      const file = join(folder, path);
      const { name, description } = await head(file, render, source);
      const files = once(async () => [await readSourceFile(file, `${name}.md`)]);
      if (`${name}.md` === basename(file)) return { name, description, listed: true, file, files };
      const message = `it is called ${basename(file)}, and its frontmatter names it ${name}`;
      throw unfit(file, message, source);
    }),
  );
  if (skills.length === 0 && agents.length === 0) throw noSkill(folder);
  return { ...plain, source, skills, agents, templates };
}

function once<T>(read: () => Promise<T>): () => Promise<T> {
  let result: Promise<T> | undefined;
  return () => (result ??= read());
}

async function readManifest(folder: string, source: string): Promise<Manifest | null> {
  const path = join(folder, 'pack.json');
  const text = readIfExists(path);
  if (text === null) return null;
  let json: unknown;
  try {
    json = JSON.parse(withoutMark(text));
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw unfit(path, `it is not valid JSON from ${jsonErrorPlace(text)} on`, source);
  }
  const { success, data, error } = manifestSchema.safeParse(json);
  if (success) return data;
  const [issue] = error.issues;
  throw unfit(path, `${issue?.path.join('.') || 'the pack'}: ${issue?.message}`, source);
}

/** The first kind of place where there are skills. */
async function withoutManifest(folder: string): Promise<Manifest> {
  const found = await findSkills(folder);
  const inSkills = found.filter((path) => path.startsWith('skills/'));
  const below = inSkills.length > 0 ? inSkills : found;
  return {
    id: basename(folder),
    description: '',
    skills: found.includes('.') ? ['.'] : below,
    agents: await findAgents(folder),
    hooks: [],
    permissions: [],
    requires: { capabilities: [], tools: [] },
    fallbacks: {},
  };
}

/** What lies in a skill's folder and is not its own: the rest of the pack. */
function notOf(path: string, { skills, agents }: Manifest): string[] {
  if (path !== '.') return [];
  return ['pack.json', ...skills.filter((other) => other !== '.'), ...agents];
}

async function head(file: string, render: Render, source: string): Promise<Head> {
  const text = readIfExists(file);
  if (text === null) throw new CcMirrorError('no-such-path', `${file} is not there.`);
  try {
    const { fields, lines } = parseFrontmatter(render === null ? text : render(text, file));
    const name = fields.get('name');
    if (typeof name !== 'string' || !isSkillName(name)) {
      const message = `its name is ${told(name)}; it should be a-z, 0-9 and single hyphens`;
      throw unfit(file, message, source);
    }
    const description = fields.get('description');
    // What is not understood is not counted on to be listed.
    const hidden = lines.has(hiding) && fields.get(hiding) !== 'false';
    return {
      name,
      description: typeof description === 'string' ? description : '',
      listed: !hidden && !lines.has('paths'),
    };
  } catch (error) {
    if (!(error instanceof FrontmatterError)) throw error;
    throw unfit(`${file}:${error.line}`, error.message, source);
  }
}

const hiding = 'disable-model-invocation';
const anyView = viewOf({ tools: assumedTools(true), models: ownModels });

function told(value: FrontmatterValue | undefined): string {
  return value === undefined ? 'missing' : JSON.stringify(value);
}

function noSkill(folder: string): CcMirrorError {
  return new CcMirrorError(
    'no-such-path',
    `${folder} holds no skill: there is no SKILL.md in it, in skills/NAME or in NAME.`,
    'Give a folder that holds a SKILL.md.',
  );
}
