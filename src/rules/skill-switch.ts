import type { HookInput } from './hook-input.ts';

export interface SkillSwitch {
  skill: string;
  on: boolean;
}

/**
 * Whether an event switches one of `skills` on or off. On: it is loaded with the Skill tool or typed
 * as `/<skill>`. Off: it is typed as `/<skill> off`. The model cannot switch one off; loading it with
 * `off` changes nothing.
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
