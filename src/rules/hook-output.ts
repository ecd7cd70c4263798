import type { Answer } from './answer.ts';

/**
 * An answer as hooks give it on standard output, one JSON object; nothing for `nothing`
 * (code.claude.com/docs/en/hooks; each form was seen to work in 2.0.77, 2.1.112, 2.1.240 and 2.1.329).
 */
export function printed(answer: Answer, event: string): string {
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
