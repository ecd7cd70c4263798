import { isSkillName } from '../names.ts';
import { type TextFinding, failure, warning } from '../pack-finding.ts';
import {
  FrontmatterError,
  type FrontmatterValue,
  type SkillText,
  frontmatterIn,
} from './frontmatter.ts';

const longestDescription = 1024;
const longestCompatibility = 500;
const bodyLines = 500;

/**
 * Checks the text of a SKILL.md whose folder is called `folderName` against the Agent Skills
 * specification (agentskills.io/specification). A valid skill has no findings. The size of the body
 * in tokens is not checked.
 */
export function checkSkill(text: string, folderName: string): TextFinding[] {
  const head = frontmatterIn(text);
  if (head instanceof FrontmatterError) return [failure('spec', head.line, head.message)];
  const { fields, lines, unread, body, bodyLine } = head;
  return [
    ...checkRequired(head, 'spec', folderName),
    ...Array.from(fields).flatMap(([name, value]) => {
      const message = fieldProblem(name, value);
      return message === null ? [] : [warning('spec', lines.get(name) ?? null, message)];
    }),
    ...unread.map(({ line, message }) => warning('spec', line, message)),
    ...checkBody(body, bodyLine),
  ];
}

/** Checks the name and the description that every skill (`spec`) and agent needs to be loaded. */
export function checkRequired(
  { fields, lines }: Pick<SkillText, 'fields' | 'lines'>,
  rule: 'spec' | 'agent',
  wanted: string,
): TextFinding[] {
  const found: TextFinding[] = [];
  const [name, description] = [fields.get('name'), fields.get('description')];
  const line = lines.get('name') ?? null;
  if (typeof name !== 'string' || name === '') {
    found.push(failure(rule, line, 'the name is missing'));
  } else if (!isSkillName(name)) {
    const form = '1 to 64 of a-z, 0-9 and single hyphens between them';
    found.push(failure(rule, line, `the name "${name}" is not of the form ${form}`));
  } else if (name !== wanted) {
    const [finding, place] = rule === 'spec' ? [warning, "folder's"] : [failure, "file's"];
    found.push(finding(rule, line, `the name "${name}" differs from the ${place}, "${wanted}"`));
  }
  if (typeof description !== 'string' || description.trim() === '') {
    const message = 'the description is missing';
    found.push(failure(rule, lines.get('description') ?? null, message));
  }
  return found;
}

function fieldProblem(name: string, value: FrontmatterValue): string | null {
  const [isText, isList] = [typeof value === 'string', Array.isArray(value)];
  switch (name) {
    case 'name':
      return null;
    case 'description': {
      const { length } = Array.from(typeof value === 'string' ? value : '');
      if (length <= longestDescription) return null;
      return `the description has ${length} characters, the limit is ${longestDescription}`;
    }
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
