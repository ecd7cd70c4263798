import { describe, expect, it } from 'vitest';
import type { CapabilityAnalysis } from '../../../src/gates/types.ts';
import { chooseCapability, unproved } from '../../../src/plan/choose-capability.ts';

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
    [
      'nor in one of 64 KiB',
      gate('env', { env, flip: { edit, moduleBytes: 65_536 } }),
      'native',
      'auto',
      'flip',
    ],
    [
      'but in one byte more',
      gate('env', { env, flip: { edit, moduleBytes: 65_537 } }),
      'native',
      'auto',
      'env',
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

  it('names versions that have an absent capability', () => {
    const { reason } = chooseCapability('tasks', gate('absent'), {
      kind: 'js',
      mode: 'auto',
      wanted: true,
    });
    expect(reason).toContain('2.1.16 or later');
  });
});

describe('a variable of the user’s', () => {
  const analysis = gate('env', { env, flip: small, switches: ['SWITCH', 'OTHER'] });
  const choose = (chosen: Record<string, string>, mode: 'never' | 'always' = 'never') =>
    chooseCapability('tasks', analysis, { kind: 'js', mode, wanted: true, chosen });

  it('that turns it off wins, and is named', () => {
    expect(choose({ SWITCH: '0' })).toMatchObject({ state: 'off', cleared: [] });
    expect(choose({ SWITCH: '0' }).reason).toMatch(/^--env SWITCH disables its tools; because/);
  });

  it('that says the same, or does not decide, changes nothing', () => {
    expect(choose({ SWITCH: '1', MINE: '0' })).toMatchObject({ state: 'on', means: 'SWITCH=1' });
    expect(choose({ SWITCH: '0' }, 'always')).toMatchObject({
      state: 'on',
      means: 'one function of m',
      cleared: ['SWITCH', 'OTHER'],
    });
  });
});

it('only what was planned, and is not shown at all, is unproved', () => {
  const on = { state: 'on', by: 'flip' } as const;
  const off = { state: 'off', by: null } as const;
  const states = { tasks: 'off', teams: 'deferred' } as const;
  expect(unproved({ tasks: on, teams: on }, { states })).toEqual([
    {
      capability: 'tasks',
      problem: 'tasks should be on by flip, but the request does not show it',
    },
  ]);
  expect(unproved({ tasks: off, teams: on }, { states })).toEqual([]);
});
