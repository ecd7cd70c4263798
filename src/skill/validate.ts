import { readFile } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { systemCode } from '../errors.ts';
import { FrontmatterError, type FrontmatterValue, parseFrontmatter } from './frontmatter.ts';
import { fillIn, markerPattern, type SkillContext } from './render.ts';

/** One departure from the Agent Skills specification; `line` counts from 1 in SKILL.md. */
export interface SkillProblem {
  rule: 'missing' | 'frontmatter' | 'name' | 'description' | 'field' | 'body' | 'marker';
  line: number | null;
  message: string;
}

type Fields = Map<string, FrontmatterValue>;

const namePattern = /^(?=.{1,64}$)[a-z0-9]+(?:-[a-z0-9]+)*$/u;
const longestDescription = 1024;
const longestCompatibility = 500;
const bodyLines = 500;

/**
 * Validates a skill's folder against the Agent Skills specification (agentskills.io): an empty
 * list means that it is valid. With a context the text is rendered first, as installing it would,
 * and variables left over are a problem; without one the skill is somebody else's, taken as it is.
 * @throws the system's error where SKILL.md exists and cannot be read
 */
export async function validateSkill(
  folder: string,
  context: SkillContext | null = null,
): Promise<SkillProblem[]> {
  let text: string;
  try {
    text = await readFile(join(folder, 'SKILL.md'), 'utf8');
  } catch (error) {
    if (!['ENOENT', 'ENOTDIR'].includes(systemCode(error) ?? '')) throw error;
    return [{ rule: 'missing', line: null, message: `${folder} holds no SKILL.md` }];
  }
  const name = basename(resolve(folder));
  if (context === null) return checkSkill(text, name);
  const rendered = fillIn(text, context);
  return [...checkSkill(rendered, name), ...leftoverMarkers(rendered)];
}

/** The same for the text of a SKILL.md whose folder is called `folderName`; sees no files. */
export function checkSkill(text: string, folderName: string): SkillProblem[] {
  try {
    const { fields, body, bodyLine } = parseFrontmatter(text);
    return [
      ...checkName(fields.get('name'), folderName),
      ...checkDescription(fields.get('description')),
      ...checkOptional(fields),
      ...checkBody(body, bodyLine),
    ];
  } catch (error) {
    if (!(error instanceof FrontmatterError)) throw error;
    return [{ rule: 'frontmatter', line: error.line, message: error.message }];
  }
}

/** 1 to 64 of a-z, 0-9 and hyphens, none of them at an edge or beside another. */
export function isSkillName(name: string): boolean {
  return namePattern.test(name);
}

/** Double braces that rendering has not filled in. */
function leftoverMarkers(text: string): SkillProblem[] {
  return text
    .split('\n')
    .flatMap((line, index) =>
      Array.from(line.matchAll(markerPattern), ([marker]) =>
        problem('marker', `${marker} was not filled in`, index + 1),
      ),
    );
}

function checkName(name: FrontmatterValue | undefined, folderName: string): SkillProblem[] {
  if (typeof name !== 'string' || name === '') return [problem('name', 'the name is missing')];
  if (!isSkillName(name)) {
    const form = '1 to 64 of a-z, 0-9 and single hyphens between them';
    return [problem('name', `the name "${name}" is not of the form ${form}`)];
  }
  if (name === folderName) return [];
  return [problem('name', `the name "${name}" differs from the folder's, "${folderName}"`)];
}

function checkDescription(description: FrontmatterValue | undefined): SkillProblem[] {
  if (typeof description !== 'string' || description === '') {
    return [problem('description', 'the description is missing')];
  }
  if (description.length <= longestDescription) return [];
  const excess = `${description.length} characters, the limit is ${longestDescription}`;
  return [problem('description', `the description has ${excess}`)];
}

function checkOptional(fields: Fields): SkillProblem[] {
  const found: SkillProblem[] = [];
  const { license, compatibility, metadata } = Object.fromEntries(fields);
  if (license !== undefined && typeof license !== 'string') {
    found.push(problem('field', 'license is not text'));
  }
  if (compatibility !== undefined) {
    if (typeof compatibility !== 'string') found.push(problem('field', 'compatibility is no text'));
    else if (compatibility.length > longestCompatibility) {
      found.push(problem('field', `compatibility is over ${longestCompatibility} characters`));
    }
  }
  if (metadata !== undefined && (typeof metadata === 'string' || Array.isArray(metadata))) {
    found.push(problem('field', 'metadata is not a map of texts'));
  }
  return found;
}

function checkBody(body: string, bodyLine: number): SkillProblem[] {
  const text = body.trim();
  if (text === '') return [problem('body', 'there is nothing below the frontmatter', bodyLine)];
  const lines = text.split('\n').length;
  if (lines < bodyLines) return [];
  return [problem('body', `the body has ${lines} lines and should have under ${bodyLines}`)];
}

function problem(
  rule: SkillProblem['rule'],
  message: string,
  line: number | null = null,
): SkillProblem {
  return { rule, line, message };
}
