/**
 * What a finding is about: the pack cannot be read; the Agent Skills specification; a template; a
 * link or mention; an example of a call; a tool that is named; an agent; the size of a text.
 */
type Subject = 'pack' | 'spec' | 'template' | 'link' | 'call' | 'tool' | 'agent' | 'tokens';

/** One thing that is wrong with a pack. */
export interface Finding {
  severity: 'error' | 'warning';
  /** Below the pack's folder, with slashes; `.` for the pack as a whole. */
  file: string;
  /** From 1; null: the file as a whole. */
  line: number | null;
  rule: Subject;
  message: string;
}

/** A finding in one file, before it is known how much it weighs. */
export interface Problem extends Pick<Finding, 'line' | 'rule' | 'message'> {
  /** Nothing can load the skill or agent as it is. */
  fatal?: boolean;
}
