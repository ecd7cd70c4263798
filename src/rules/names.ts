/** The rules that a pack can ask for in its `hooks`, by name; docs/rules.md says what each does. */
export const ruleNames = [
  'conductor',
  'worker',
  'report',
  'contract',
  'memory',
  'dependencies',
] as const;

export type RuleName = (typeof ruleNames)[number];
