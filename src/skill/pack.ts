import { basename, join } from 'node:path';
import { readIfExists } from '../disk/sync-read.ts';
import { CcMirrorError } from '../errors.ts';
import {
  type Render,
  type SourceFile,
  readSkillFiles,
  readSourceFile,
} from './install/skill-files.ts';
import { type Manifest, inferManifest, readManifest } from './manifest.ts';
import { isSkillName } from './names.ts';
import { packError } from './pack-error.ts';
import { renderOf } from './template.ts';
import { FrontmatterError, frontmatterIn } from './text/frontmatter.ts';
import { assumedTools } from './tools.ts';
import { ownModels, viewOf } from './view.ts';

/** Skills and agents that are installed together, with the rules and permissions they need. */
export interface Pack extends Omit<Manifest, 'skills' | 'agents'> {
  /** What names it on the command line and in a record: a shipped pack's id, else its folder. */
  source: string;
  skills: PackedSkill[];
  agents: PackedAgent[];
  /** True with a pack.json: its texts are templates. Otherwise they are copied unchanged. */
  templates: boolean;
}

interface PackedSkill extends Head {
  folder: string;
  /** Paths below the folder that belong to the pack and not to the skill. */
  leaveOut: readonly string[];
  files: readonly SourceFile[];
}

interface PackedAgent extends Head {
  /** `<name>.md`, absolute. */
  file: string;
  files: readonly SourceFile[];
}

interface Head {
  name: string;
  description: string;
  /**
   * Whether a session's first request always names it. False for a skill with
   * `disable-model-invocation`, or with `paths`, which is listed once a matching file is touched.
   * Source: the loader of skills in 2.0.77 and 2.1.112.
   */
  listed: boolean;
}

/**
 * Reads a pack: a folder with a pack.json; or any folder of skills, such as the checkout of a
 * repository, with a SKILL.md, or `skills/<name>/SKILL.md`, or `<name>/SKILL.md`, and `agents/*.md`.
 * Errors: `no-such-path` where there is no skill; `usage` for a pack that cannot be installed.
 */
export function readPack(folder: string, source: string = folder): Pack {
  const manifest = readManifest(folder, source);
  const plain = manifest ?? inferManifest(folder);
  const templates = manifest !== null;
  const render = renderOf({ templates, source }, anyView);
  const skills = plain.skills.map((path) => {
    const own = join(folder, path);
    const leaveOut = path === '.' ? otherPartsOf(plain) : [];
    return { ...headOf(join(own, 'SKILL.md'), render, source), folder: own, leaveOut };
  });
  const agents = plain.agents.map((path) => {
    const file = join(folder, path);
    const { name, description } = headOf(file, render, source);
    if (`${name}.md` !== basename(file)) {
      const message = `the file is called ${basename(file)}, but its frontmatter names it ${name}`;
      throw packError(file, message, source);
    }
    return { name, description, listed: true, file };
  });
  if (skills.length === 0 && agents.length === 0) {
    throw new CcMirrorError(
      'no-such-path',
      `${folder} has no skill: there is no SKILL.md in it, in skills/NAME or in NAME.`,
      'Give a folder with a SKILL.md.',
    );
  }
  return {
    ...plain,
    source,
    skills: skills.map((skill) => ({
      ...skill,
      files: readSkillFiles(skill.folder, skill.leaveOut),
    })),
    agents: agents.map((agent) => ({
      ...agent,
      files: [readSourceFile(agent.file, `${agent.name}.md`)],
    })),
    templates,
  };
}

/** The parts of a pack in the folder of its own skill that do not belong to that skill. */
export function otherPartsOf({ skills, agents }: Pick<Manifest, 'skills' | 'agents'>): string[] {
  return ['pack.json', ...skills.filter((path) => path !== '.'), ...agents];
}

function headOf(file: string, render: Render, source: string): Head {
  const text = readIfExists(file);
  if (text === null) throw new CcMirrorError('no-such-path', `${file} does not exist.`);
  const head = frontmatterIn(render === null ? text : render(text, file));
  if (head instanceof FrontmatterError) {
    throw packError(`${file}:${head.line}`, head.message, source);
  }
  const { fields, lines } = head;
  const name = fields.get('name');
  if (typeof name !== 'string' || !isSkillName(name)) {
    const given = name === undefined ? 'missing' : JSON.stringify(name);
    const message = `its name is ${given}; it should be a-z, 0-9 and single hyphens`;
    throw packError(file, message, source);
  }
  const description = fields.get('description');
  // Anything but a clear `false` hides it.
  const hidden = lines.has(hiding) && fields.get(hiding) !== 'false';
  return {
    name,
    description: typeof description === 'string' ? description : '',
    listed: !hidden && !lines.has('paths'),
  };
}

const hiding = 'disable-model-invocation';
const anyView = viewOf({ tools: assumedTools(true), models: ownModels });
