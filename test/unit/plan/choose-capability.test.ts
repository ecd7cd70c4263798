import { describe, expect, it } from 'vitest';
import type { CapabilityAnalysis } from '../../../src/gates/types.ts';
import { chooseCapability } from '../../../src/plan/choose-capability.ts';

const edit = { module: 'm', start: 0, end: 8, before: 'return!1', after: 'return!0' };
const env = { SWITCH: '1' };
const gate = (
  verdict: CapabilityAnalysis['verdict'],
  ways: Partial<CapabilityAnalysis> = {},
): CapabilityAnalysis => ({
  verdict,
  reason: 'because',
  env: null,
  switches: [],
  flip: null,
  chains: () => [],
  ...ways,
});
const small = { edit, moduleBytes: 600 };
const large = { edit, moduleBytes: 6_000_000 };

describe('choosing how a capability is turned on', () => {
  it.each([
    [
      'an edit costs nothing in a JavaScript bundle',
      gate('env', { env, flip: large }),
      'js',
      'auto',
      'flip',
    ],
    ['nor in a small module', gate('env', { env, flip: small }), 'native', 'auto', 'flip'],
    [
      'a large module keeps its bytecode',
      gate('env', { env, flip: large }),
      'native',
      'auto',
      'env',
    ],
    ['unless nothing else helps', gate('flip', { flip: large }), 'native', 'auto', 'flip'],
    ['the environment serves where no edit is allowed', gate('env', { env }), 'js', 'auto', 'env'],
    ['always edits', gate('env', { env, flip: large }), 'native', 'always', 'flip'],
    ['never edits', gate('env', { env, flip: small }), 'js', 'never', 'env'],
  ] as const)('%s', (_, analysis, kind, mode, by) => {
    const choice = chooseCapability('tasks', analysis, { kind, mode, wanted: true });
    expect(choice).toMatchObject({ state: 'on', by });
    expect(choice.env).toEqual(by === 'env' ? env : {});
    expect(choice.edit).toBe(by === 'flip' ? edit : null);
  });

  it.each([
    ['on already', gate('on', { env: {} }), 'auto', true, { state: 'on', by: 'stock' }],
    [
      'on already, and not wanted',
      gate('on', { env: {} }),
      'auto',
      false,
      { state: 'on', by: 'stock' },
    ],
    ['absent', gate('absent'), 'auto', true, { state: 'absent', by: null }],
    ['unknown', gate('unknown'), 'auto', true, { state: 'unknown', by: null }],
    ['not wanted', gate('env', { env, flip: small }), 'auto', false, { state: 'off', by: null }],
    [
      'never, and only an edit would do',
      gate('flip', { flip: small }),
      'never',
      true,
      { state: 'off', by: null },
    ],
    [
      'always, and no edit is allowed',
      gate('env', { env }),
      'always',
      true,
      { state: 'off', by: null },
    ],
  ] as const)('%s', (_, analysis, mode, wanted, expected) => {
    const choice = chooseCapability('tasks', analysis, { kind: 'js', mode, wanted });
    expect(choice).toMatchObject({ ...expected, env: {}, edit: null });
  });

  it('names versions that have what is absent', () => {
    const { reason } = chooseCapability('tasks', gate('absent'), {
      kind: 'js',
      mode: 'auto',
      wanted: true,
    });
    expect(reason).toContain('2.1.16 or later');
  });
});
