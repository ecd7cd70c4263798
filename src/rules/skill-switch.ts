import type { HookInput } from './hook-input.ts';

export interface SkillSwitch {
  skill: string;
  on: boolean;
}

/**
 * Whether an event puts one of `skills` on or off: loaded with the Skill tool or typed as
 * `/<skill>`, on; typed as `/<skill> off`, off. The model cannot put one off, and what it loads with `off`
 * says nothing.
 */
export function skillSwitch(input: HookInput, skills: ReadonlySet<string>): SkillSwitch | null {
  if (input.kind === 'prompt') {
    const [, skill, rest] = /^\s*\/([\w:.-]+)(?:\s+(.*))?$/su.exec(input.prompt) ?? [];
    if (skill === undefined || !skills.has(skill)) return null;
    return { skill, on: !isOff(rest) };
  }
  if (input.kind !== 'after-tool' || input.tool !== 'Skill') return null;
  const name = input.input['skill'];
  if (typeof name !== 'string') return null;
  const skill = name.trim().replace(/^\//u, '');
  return skills.has(skill) && !isOff(input.input['args']) ? { skill, on: true } : null;
}

function isOff(args: unknown): boolean {
  return typeof args === 'string' && args.trim().toLowerCase() === 'off';
}
