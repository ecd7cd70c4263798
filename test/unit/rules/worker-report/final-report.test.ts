import { expect, it } from 'vitest';
import { missingInReport, reportForm } from '../../../../src/rules/worker-report/final-report.ts';

const whole = 'I did it.\n\nREPORT\nstatus: done\nfiles: /p/a\nchecks: npm test passed\nopen: none';

it.each([
  whole,
  whole.replaceAll('\n', '\r\n'),
  whole.replace('REPORT', '## Report').replace('status: done', '**Status:** Failed, no key'),
  whole.replace('REPORT', '**REPORT:**').replace('status', '- status'),
  whole.replace('files: /p/a', 'files:\n- /p/a\n- /p/b'),
  `\`\`\`\n${whole}\n\`\`\``,
  whole.replace('done', '✅ done'),
  whole.replaceAll(/^(?=\w+:)/gmu, '1. ').replace('1. checks', '2) **checks**'),
  whole.replace('open: none', 'open: -'),
  whole.replace('files: /p/a', 'files: report'),
  `${whole}\n\n# Report\nsee above`,
  'REPORT\nstatus: nonsense\n\nthen again\n\nREPORT\nOPEN: x\nchecks: y\nfiles: none\nstatus: `blocked`',
])('accepts %j', (message) => {
  expect(missingInReport(message)).toEqual([]);
});

it.each([
  ['', ['the block that starts with the line REPORT']],
  [
    'status: done\nfiles: none\nchecks: none\nopen: none',
    ['the block that starts with the line REPORT'],
  ],
  [whole.replace('REPORT', 'This is my REPORT'), ['the block that starts with the line REPORT']],
  ['REPORT', ['status:', 'files:', 'checks:', 'open:']],
  ['status: done\nREPORT\nsee above', ['status:', 'files:', 'checks:', 'open:']],
  [whole.replace('status: done', 'status: fine'), ['status: is not done, blocked or failed']],
  [
    whole.replace('done', 'doneish').replace('open: none', ''),
    ['status: is not done, blocked or failed', 'open:'],
  ],
  [whole.replace('checks: npm test passed', 'checks:'), ['checks:']],
  [`${whole}\n\nREPORT\nstatus: done`, ['files:', 'checks:', 'open:']],
  // The form, not filled in.
  [reportForm, ['status: is not done, blocked or failed']],
  [reportForm.replace('done | blocked | failed', ''), ['status:']],
])('finds what %j lacks', (message, missing) => {
  expect(missingInReport(message)).toEqual(missing);
});

it.each([
  ['underscores', `REPORT\n${'_'.repeat(4000)}`],
  ['spaces within a line', `REPORT\nx${' '.repeat(120_000)}x`],
  ['many lines', `REPORT\nstatus:${'\na line of text'.repeat(50_000)}`],
])('is linear on %s', (_, message) => {
  expect(missingInReport(message)).toContain('files:');
});
