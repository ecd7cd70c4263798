import { isSkillName } from '../names.ts';
import { type TextFinding, failure, warning } from '../pack-finding.ts';
import { FrontmatterError, type FrontmatterValue, parseFrontmatter } from './frontmatter.ts';

interface Fields {
  fields: Map<string, FrontmatterValue>;
  lines: Map<string, number>;
}

const longestDescription = 1024;
const longestCompatibility = 500;
const bodyLines = 500;

/**
 * Checks the text of a SKILL.md whose folder is called `folderName` against the Agent Skills
 * specification (agentskills.io/specification). A valid skill has no findings. The size of the body
 * in tokens is not checked.
 */
export function checkSkill(text: string, folderName: string): TextFinding[] {
  try {
    const { fields, lines, unread, body, bodyLine } = parseFrontmatter(text);
    return [
      ...checkName({ fields, lines }, folderName),
      ...checkDescription({ fields, lines }),
      ...Array.from(fields).flatMap(([name, value]) => {
        const message = optionalProblem(name, value);
        return message === null ? [] : [warning('spec', lines.get(name) ?? null, message)];
      }),
      ...unread.map(({ line, message }) => warning('spec', line, message)),
      ...checkBody(body, bodyLine),
    ];
  } catch (error) {
    if (!(error instanceof FrontmatterError)) throw error;
    return [failure('spec', error.line, error.message)];
  }
}

function checkName({ fields, lines }: Fields, folderName: string): TextFinding[] {
  const name = fields.get('name');
  const line = lines.get('name') ?? null;
  if (typeof name !== 'string' || name === '') {
    return [failure('spec', line, 'the name is missing')];
  }
  if (!isSkillName(name)) {
    const form = '1 to 64 of a-z, 0-9 and single hyphens between them';
    return [failure('spec', line, `the name "${name}" is not of the form ${form}`)];
  }
  if (name === folderName) return [];
  return [warning('spec', line, `the name "${name}" differs from the folder's, "${folderName}"`)];
}

function checkDescription({ fields, lines }: Fields): TextFinding[] {
  const description = fields.get('description');
  const line = lines.get('description') ?? null;
  if (typeof description !== 'string' || description.trim() === '') {
    return [failure('spec', line, 'the description is missing')];
  }
  const { length } = Array.from(description);
  if (length <= longestDescription) return [];
  const excess = `${length} characters, the limit is ${longestDescription}`;
  return [warning('spec', line, `the description has ${excess}`)];
}

function optionalProblem(name: string, value: FrontmatterValue): string | null {
  const [isText, isList] = [typeof value === 'string', Array.isArray(value)];
  switch (name) {
    case 'name':
    case 'description':
      return null;
    case 'license':
      return isText ? null : 'license is not text';
    case 'compatibility': {
      if (typeof value !== 'string') return 'compatibility is not text';
      const { length } = Array.from(value);
      if (length >= 1 && length <= longestCompatibility) return null;
      return `compatibility has ${length} characters; it may have 1 to ${longestCompatibility}`;
    }
    case 'metadata':
      return isText || isList ? 'metadata is not a map of texts' : null;
    case 'allowed-tools':
      return isText || isList ? null : 'allowed-tools is neither text nor a list';
    default:
      return `${name} is not a field of the specification`;
  }
}

function checkBody(body: string, bodyLine: number): TextFinding[] {
  const text = body.trim();
  if (text === '') return [warning('spec', bodyLine, 'the body is empty')];
  const lines = text.split('\n').length;
  if (lines < bodyLines) return [];
  return [warning('spec', null, `the body has ${lines} lines and should have under ${bodyLines}`)];
}
