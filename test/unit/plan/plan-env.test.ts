import { expect, it } from 'vitest';
import { planVariant } from '../../../src/plan/plan.ts';
import type { KeyRecord } from '../../../src/variant/record.ts';
import { input } from './input.ts';

it('the shell’s variables win where the user says so; its choice of tools unless one was made', () => {
  const search = 'ENABLE_TOOL_SEARCH';
  const kept = (keepEnv: string[], env: Record<string, string> = {}): readonly string[] =>
    planVariant({ ...input, keepEnv, choices: { ...input.choices, env } }).launcher.keepEnv;
  expect(kept(['MINE'])).toEqual(['MINE', search]);
  expect(kept(['MINE', search])).toEqual(['MINE', search]);
  expect(kept(['MINE'], { [search]: 'auto' })).toEqual(['MINE']);
});

it.each<[KeyRecord | null, string | undefined]>([
  [null, 'local'],
  [{ store: 'file', variable: 'ANTHROPIC_AUTH_TOKEN' }, 'local'],
  [{ store: 'helper', command: 'pass x' }, undefined],
  [{ store: 'keyring', variable: 'ANTHROPIC_AUTH_TOKEN' }, undefined],
])('with the key %o, the text in place of a key is %s', (record, text) => {
  const provider = { ...input.provider, env: { ANTHROPIC_AUTH_TOKEN: 'local' } };
  const { launcher } = planVariant({ ...input, provider, key: { record, value: null } });
  // It would win over the command that Claude Code asks for the key.
  expect(launcher.env['ANTHROPIC_AUTH_TOKEN']).toBe(text);
});
