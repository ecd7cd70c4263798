/** A problem in a pack. */
export interface PackFinding {
  severity: 'error' | 'warning';
  /** Below the pack's folder, with slashes; `.` for the whole pack. */
  file: string;
  /** From 1; null: the whole file. */
  line: number | null;
  rule: PackRule;
  message: string;
}

/**
 * What a finding is about: an unreadable pack; the Agent Skills specification; a template; a link
 * or mention; an example call; a named tool; an agent; the size of a text.
 */
type PackRule = 'pack' | 'spec' | 'template' | 'link' | 'call' | 'tool' | 'agent' | 'tokens';

/** A finding before its file is known. */
export type TextFinding = Omit<PackFinding, 'file'>;

/** A problem that keeps a skill or an agent from being loaded. */
export function failure(rule: PackRule, line: number | null, message: string): TextFinding {
  return { severity: 'error', line, rule, message };
}

/** A problem that a skill or an agent can be loaded with. */
export function warning(rule: PackRule, line: number | null, message: string): TextFinding {
  return { severity: 'warning', line, rule, message };
}
