import { FrontmatterError, type FrontmatterValue, parseFrontmatter } from './frontmatter.ts';
import { isSkillName } from '../names.ts';

/** One departure from the Agent Skills specification; `line` counts from 1 in SKILL.md. */
export interface SkillProblem {
  rule: 'frontmatter' | 'name' | 'description' | 'field' | 'body';
  line: number | null;
  message: string;
  /** Nothing can load the skill as it is. */
  fatal: boolean;
}

interface Fields {
  fields: Map<string, FrontmatterValue>;
  lines: Map<string, number>;
}

const fieldNames = ['name', 'description', 'license', 'compatibility', 'metadata', 'allowed-tools'];
const longestDescription = 1024;
const longestCompatibility = 500;
const bodyLines = 500;

/**
 * Checks the text of a SKILL.md whose folder is called `folderName` against the Agent Skills
 * specification (agentskills.io/specification): an empty list means that it is valid. The size of
 * the body in tokens is not looked at.
 */
export function checkSkill(text: string, folderName: string): SkillProblem[] {
  try {
    const { fields, lines, unread, body, bodyLine } = parseFrontmatter(text);
    return [
      ...checkName({ fields, lines }, folderName),
      ...checkDescription({ fields, lines }),
      ...checkOptional({ fields, lines }),
      ...unread.map(({ line, message }) => problem('field', message, line)),
      ...checkBody(body, bodyLine),
    ];
  } catch (error) {
    if (!(error instanceof FrontmatterError)) throw error;
    return [fatal('frontmatter', error.message, error.line)];
  }
}

function checkName({ fields, lines }: Fields, folderName: string): SkillProblem[] {
  const name = fields.get('name');
  const line = lines.get('name');
  if (typeof name !== 'string' || name === '') {
    return [fatal('name', 'the name is missing', line)];
  }
  if (!isSkillName(name)) {
    const form = '1 to 64 of a-z, 0-9 and single hyphens between them';
    return [fatal('name', `the name "${name}" is not of the form ${form}`, line)];
  }
  if (name === folderName) return [];
  return [problem('name', `the name "${name}" differs from the folder's, "${folderName}"`, line)];
}

function checkDescription({ fields, lines }: Fields): SkillProblem[] {
  const description = fields.get('description');
  const line = lines.get('description');
  if (typeof description !== 'string' || description.trim() === '') {
    return [fatal('description', 'the description is missing', line)];
  }
  const { length } = Array.from(description);
  if (length <= longestDescription) return [];
  const excess = `${length} characters, the limit is ${longestDescription}`;
  return [problem('description', `the description has ${excess}`, line)];
}

function checkOptional({ fields, lines }: Fields): SkillProblem[] {
  const found = (name: string, message: string): SkillProblem =>
    problem('field', message, lines.get(name));
  return Array.from(fields, ([name, value]) => {
    const [text, list] = [typeof value === 'string', Array.isArray(value)];
    if (!fieldNames.includes(name)) return found(name, `${name} is no field of the specification`);
    if (name === 'license' && !text) return found(name, 'license is not text');
    if (name === 'compatibility') return checkCompatibility(value, lines.get(name));
    if (name === 'metadata' && (text || list)) return found(name, 'metadata is not a map of texts');
    if (name !== 'allowed-tools' || text || list) return null;
    return found(name, 'allowed-tools is neither text nor a list');
  }).filter((each) => each !== null);
}

function checkCompatibility(
  value: FrontmatterValue,
  line: number | undefined,
): SkillProblem | null {
  if (typeof value !== 'string') return problem('field', 'compatibility is not text', line);
  const { length } = Array.from(value);
  if (length >= 1 && length <= longestCompatibility) return null;
  const message = `compatibility has ${length} characters, it may have 1 to ${longestCompatibility}`;
  return problem('field', message, line);
}

function checkBody(body: string, bodyLine: number): SkillProblem[] {
  const text = body.trim();
  if (text === '') return [problem('body', 'there is nothing below the frontmatter', bodyLine)];
  const lines = text.split('\n').length;
  if (lines < bodyLines) return [];
  return [problem('body', `the body has ${lines} lines and should have under ${bodyLines}`)];
}

function problem(rule: SkillProblem['rule'], message: string, line?: number): SkillProblem {
  return { rule, line: line ?? null, message, fatal: false };
}

function fatal(rule: SkillProblem['rule'], message: string, line?: number): SkillProblem {
  return { ...problem(rule, message, line), fatal: true };
}
