import { readBlock, withoutText, word } from './fields.ts';

const keys = [
  'status',
  'blocking',
  'requires_remediation',
  'remediation_reason',
  'critical_issues',
  'memory_notes',
  'learnings',
  'patterns',
  'verification',
];

const values: readonly { key: string; form: RegExp; what: string }[] = [
  {
    key: 'status',
    form: /^(?:pass|fail|approve|changes_requested)\b(?! *\|)/u,
    what: 'PASS, FAIL, APPROVE or CHANGES_REQUESTED',
  },
  { key: 'blocking', form: /^(?:true|false)\b(?! *\|)/u, what: 'true or false' },
  { key: 'requires_remediation', form: /^(?:true|false)\b(?! *\|)/u, what: 'true or false' },
  { key: 'critical_issues', form: /^\d+\b/u, what: 'a number' },
];

/** Texts that give no reason. */
const noReason = /^(?:none|n\/?a|null|nothing)?[^\p{L}\p{N}]*$/u;

export const contractForm = `### Router Contract
status: PASS | FAIL | APPROVE | CHANGES_REQUESTED
blocking: true | false
requires_remediation: true | false
remediation_reason: text, or none
critical_issues: 0
memory_notes:
  learnings: text, or none
  patterns: text, or none
  verification: text, or none`;

/** What an agent's final message lacks of the contract or contradicts, in words. */
export function missingInContract(message: string): string[] {
  const fields = readBlock(message, 'Router Contract', keys);
  if (fields === null) return ['the block that starts with the line ### Router Contract'];
  // memory_notes only contains other keys.
  const needed = keys.filter((key) => key !== 'memory_notes' || !fields.has(key));
  const missing = withoutText(fields, needed);
  const wrong = values
    .filter(({ key, form }) => !missing.includes(key) && !form.test(word(fields, key)))
    .map(({ key, what }) => `${key}: is not ${what}`);
  const found = [...missing.map((key) => `${key}:`), ...wrong];
  return found.length > 0 ? found : contradictions((key) => word(fields, key));
}

function contradictions(value: (key: string) => string): string[] {
  const found: string[] = [];
  const remedy = value('requires_remediation').startsWith('true');
  if (remedy && noReason.test(value('remediation_reason'))) {
    found.push('requires_remediation is true, but remediation_reason gives no reason');
  }
  const asks =
    remedy || value('blocking').startsWith('true') || Number.parseInt(value('critical_issues')) > 0;
  const bad = /^(?:fail|changes_requested)\b/u.test(value('status'));
  if (asks && !bad) {
    found.push(
      'it blocks, requires remediation or has critical issues, but status is neither FAIL nor CHANGES_REQUESTED',
    );
  }
  if (bad && !asks) {
    found.push(
      'status is FAIL or CHANGES_REQUESTED, but it neither blocks nor requires remediation nor has critical issues',
    );
  }
  return found;
}
