import { expect, it } from 'vitest';
import { contractForm, missingInContract } from '../../../../src/rules/worker-report/contract.ts';

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

const remedied = whole
  .replace('remediation: false', 'remediation: true')
  .replace('reason: none', 'reason: no tests');
const asks =
  'it blocks, requires remediation or has critical issues, but status is neither FAIL nor CHANGES_REQUESTED';
const asksNothing =
  'status is FAIL or CHANGES_REQUESTED, but it neither blocks nor requires remediation nor has critical issues';

it.each([
  whole,
  whole.toUpperCase(),
  whole.replace('APPROVE', 'APPROVE, as no test would fail'),
  whole
    .replace('###', '##')
    .replace('status: APPROVE', '- **status**: changes_requested')
    .replace('issues: 0', 'issues: 2 (see above)'),
  whole.replace('### Router Contract', '### Router Contract\n```yaml').concat('\n```'),
  remedied.replace('APPROVE', 'CHANGES_REQUESTED'),
  remedied.replace('APPROVE', 'FAIL').replace('reason: no tests', 'reason: none of it is tested'),
  whole.replace('APPROVE', 'FAIL').replace('blocking: false', 'blocking: true'),
  whole.replace('status: APPROVE', '1. status: ✅ APPROVE').replace('reason: none', 'reason: -'),
])('accepts %j', (message) => {
  expect(missingInContract(message)).toEqual([]);
});

it.each([
  // The form, not filled in.
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
  [remedied, [asks]],
  [whole.replace('blocking: false', 'blocking: true'), [asks]],
  [whole.replace('issues: 0', 'issues: 1'), [asks]],
  [whole.replace('APPROVE', 'FAIL'), [asksNothing]],
  [whole.replace('APPROVE', 'CHANGES_REQUESTED'), [asksNothing]],
])('finds what is wrong in %j', (message, missing) => {
  expect(missingInContract(message)).toEqual(missing);
});

it.each(['none', 'None.', 'N/A', 'n/a.', 'NA', '-', '—', 'null', '`nothing`', '""', '"none"'])(
  'does not accept %s as a reason',
  (reason) => {
    const message = remedied.replace('APPROVE', 'FAIL').replace('no tests', reason);
    expect(missingInContract(message)).toEqual([
      'requires_remediation is true, but remediation_reason gives no reason',
    ]);
  },
);
