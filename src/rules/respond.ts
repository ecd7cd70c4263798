import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { answer } from './answer.ts';
import { parseConfig } from './config.ts';
import { parseInput } from './hook-input.ts';
import { printed } from './hook-output.ts';
import { sessionState } from './state.ts';

export interface Surroundings {
  /** Where rules.json and the sessions are: the program's own. */
  folder: string;
  env: Readonly<Record<string, string | undefined>>;
  now: number;
}

/** Whether the user has put the rules off: CC_MIRROR_RULES is `off`, `0` or `false`. */
export function areOff(env: Surroundings['env']): boolean {
  return ['off', '0', 'false'].includes((env['CC_MIRROR_RULES'] ?? '').trim().toLowerCase());
}

/**
 * What to print for the input that Claude Code gives a hook.
 * @throws whatever keeps the rules from an answer; the event goes on as without them
 */
export function respond(text: string, { folder, env, now }: Surroundings): string {
  const config = parseConfig(readFileSync(join(folder, 'rules.json'), 'utf8'));
  const input = parseInput(text);
  const state = sessionState(join(folder, 'sessions'), input.session, now);
  return printed(answer(input, { config, state, env, now }), input.event);
}
