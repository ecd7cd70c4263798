import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { answer } from './answer.ts';
import { parseConfig } from './config.ts';
import { parseInput } from './hook-input.ts';
import { hookOutput } from './hook-output.ts';
import { sessionState } from './state.ts';

export interface HookContext {
  /** The program's folder, with rules.json and the sessions. */
  folder: string;
  env: Readonly<Record<string, string | undefined>>;
  now: number;
}

/** Whether the user has switched the rules off: CC_MIRROR_RULES is `off`, `0` or `false`. */
export function areRulesOff(env: HookContext['env']): boolean {
  return ['off', '0', 'false'].includes((env['CC_MIRROR_RULES'] ?? '').trim().toLowerCase());
}

/**
 * Answers the input that Claude Code gives a hook: the text for standard output.
 * @throws if the rules cannot answer; the event then continues without them
 */
export function respond(text: string, { folder, env, now }: HookContext): string {
  const config = parseConfig(readFileSync(join(folder, 'rules.json'), 'utf8'));
  const input = parseInput(text);
  const state = sessionState(join(folder, 'sessions'), input.session, now);
  return hookOutput(answer(input, { config, state, env, now }), input.event);
}
