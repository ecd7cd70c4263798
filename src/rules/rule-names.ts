/** The names of the rules, which packs list in `hooks`; docs/rules.md describes them. */
export const ruleNames = [
  'conductor',
  'worker',
  'report',
  'contract',
  'memory',
  'dependencies',
] as const;

export type RuleName = (typeof ruleNames)[number];
