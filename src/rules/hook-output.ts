import type { Answer } from './answer.ts';

/**
 * Formats an answer for standard output: a JSON object, or an empty text for `nothing`
 * (code.claude.com/docs/en/hooks; each form works in 2.0.77, 2.1.112, 2.1.240 and 2.1.329).
 */
export function hookOutput(answer: Answer, event: string): string {
  switch (answer.kind) {
    case 'nothing':
      return '';
    case 'deny':
      return JSON.stringify({
        hookSpecificOutput: {
          hookEventName: event,
          permissionDecision: 'deny',
          permissionDecisionReason: answer.reason,
        },
      });
    case 'block':
      return JSON.stringify({ decision: 'block', reason: answer.reason });
    case 'tell':
      return JSON.stringify({
        ...(answer.message !== null && { systemMessage: answer.message }),
        ...(answer.context !== null && {
          hookSpecificOutput: { hookEventName: event, additionalContext: answer.context },
        }),
      });
  }
}
