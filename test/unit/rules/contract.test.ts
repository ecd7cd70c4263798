import { expect, it } from 'vitest';
import { contractForm, missingInContract } from '../../../src/rules/contract.ts';

const whole = `Reviewed.

### Router Contract
status: APPROVE
blocking: false
requires_remediation: false
remediation_reason: none
critical_issues: 0
memory_notes:
  learnings: none
  patterns: the store is locked
  verification: none`;

it.each([
  whole,
  whole.toUpperCase(),
  whole
    .replace('###', '##')
    .replace('status: APPROVE', '- **status**: changes_requested')
    .replace('issues: 0', 'issues: 2 (see above)'),
  whole.replace('### Router Contract', '### Router Contract\n```yaml').concat('\n```'),
  whole
    .replace('remediation: false', 'remediation: true')
    .replace('reason: none', 'reason: no tests'),
  whole.replace('APPROVE', 'FAIL').replace('blocking: false', 'blocking: true'),
])('is content with %j', (message) => {
  expect(missingInContract(message)).toEqual([]);
});

it.each([
  // As it was asked for, not filled in.
  [
    contractForm,
    [
      'status: is not PASS, FAIL, APPROVE or CHANGES_REQUESTED',
      'blocking: is not true or false',
      'requires_remediation: is not true or false',
    ],
  ],
  ['Reviewed.', ['the block that starts with the line ### Router Contract']],
  [whole.replace('critical_issues: 0\n', ''), ['critical_issues:']],
  [whole.replace('memory_notes:\n', ''), ['memory_notes:']],
  [whole.replace('learnings: none', ''), ['learnings:']],
  [
    whole.replace('APPROVE', 'OK').replace('blocking: false', 'blocking: no'),
    ['status: is not PASS, FAIL, APPROVE or CHANGES_REQUESTED', 'blocking: is not true or false'],
  ],
  [whole.replace('issues: 0', 'issues: some'), ['critical_issues: is not a number']],
  [
    whole.replace('remediation: false', 'remediation: true'),
    ['requires_remediation is true, and remediation_reason names no reason'],
  ],
  [
    whole.replace('blocking: false', 'blocking: true'),
    ['it blocks or has critical issues, and status is neither FAIL nor CHANGES_REQUESTED'],
  ],
  [
    whole.replace('issues: 0', 'issues: 1'),
    ['it blocks or has critical issues, and status is neither FAIL nor CHANGES_REQUESTED'],
  ],
])('finds what is wrong in %j', (message, missing) => {
  expect(missingInContract(message)).toEqual(missing);
});
