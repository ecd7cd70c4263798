import { readBlock, withoutText, word } from './fields.ts';

/** The types of worker whose final message ends with this block. */
export const reportAgents = ['general-purpose'];

const keys = ['status', 'files', 'checks', 'open'];

export const reportForm = `REPORT
status: done | blocked | failed
files: absolute paths changed, or none
checks: each command and its result, or none
open: what is uncertain or unfinished, or none`;

/** What a worker's final message lacks of the report block, in words; empty if it is complete. */
export function missingInReport(message: string): string[] {
  const fields = readBlock(message, 'REPORT', keys);
  if (fields === null) return ['the block that starts with the line REPORT'];
  const missing = withoutText(fields, keys).map((key) => `${key}:`);
  if (
    missing.includes('status:') ||
    /^(?:done|blocked|failed)\b(?! *\|)/u.test(word(fields, 'status'))
  ) {
    return missing;
  }
  return ['status: is not done, blocked or failed', ...missing];
}
