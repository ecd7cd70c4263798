import { describe, expect, it } from 'vitest';
import type { KeyPlan } from '../../../src/plan/key-plan.ts';
import type { Choice } from '../../../src/plan/choose-capability.ts';
import type { Hidden, Loss } from '../../../src/plan/losses.ts';
import { type Plan, planVariant } from '../../../src/plan/plan.ts';
import type { Proof } from '../../../src/plan/proof.ts';
import { recordOf } from '../../../src/plan/record-of.ts';
import type { OfferState } from '../../../src/probe/offer.ts';
import { loadPack } from '../../../src/skill/pack-source.ts';
import { input } from './input.ts';

const stock: Choice = { ...choice('they are on'), by: 'stock' };
const flipped: Choice = { ...choice('a flag decides'), by: 'flip', means: 'one function' };
const off: Choice = { ...choice('not wanted'), state: 'off' };
function choice(reason: string): Choice {
  return { state: 'on', by: null, means: null, reason, env: {}, cleared: [], edit: null };
}
/** A choice as a record has it. */
const kept = ({ state, by, means, reason }: Choice) => ({ state, by, means, reason });

const whole = planVariant(input);
const plan: Plan = {
  ...whole,
  capabilities: { tasks: flipped, teams: stock },
  packs: { present: [], gone: [] },
  launcher: { ...whole.launcher, env: input.provider.env, earlierLists: ['/p'] },
  owned: {
    'settings.json': { a: 1 },
    '.claude.json': { b: 2, 'customApiKeyResponses.approved': ['end-of-a-key'] },
  },
  key: { record: null, value: null },
  keepEnv: ['MINE'],
};

const built = { kind: 'js', sha256: 'f00', version: '2.1.112', platform: 'linux-x64' } as const;
const record = (
  changes: Partial<Plan> = {},
  proof: Proof | null = null,
  overruled: string | null = null,
) => recordOf({ ...plan, ...changes }, built, '/h/one/bundle/cli.js', proof, overruled);
const notes = (changes: Partial<Plan>, overruled: string | null = null) =>
  record(changes, null, overruled).notes;

/** A run in which the capabilities were so. */
function shown(
  tasks: OfferState,
  teams: OfferState,
  losses: Loss[] = [],
  hidden: Hidden | null = null,
): Proof {
  const report: Proof['report'] = {
    claudeVersion: null,
    tasks: tasks === 'on',
    teams: teams === 'on',
    states: { tasks, teams },
    tools: [],
    deferredTools: [],
    agents: [],
    skills: [],
    model: 'm',
    ms: 1,
  };
  return { report, tools: {}, losses, hidden, provedWith: 'hash' };
}

it('keeps what the plan says, and nothing of a key', () => {
  const made = record();
  expect(made).toMatchObject({
    name: 'one',
    provider: 'some',
    launcher: '/home/u/.local/bin/one',
    claudeVersion: '2.1.112',
    platform: 'linux-x64',
    bundle: { kind: 'js', path: '/h/one/bundle/cli.js', sha256: 'f00' },
    keepEnv: ['MINE'],
    env: input.provider.env,
    written: { baseUrl: 'https://some.example', env: input.provider.env },
    owned: { 'settings.json': { a: 1 }, '.claude.json': { b: 2 } },
    earlierLists: ['/p'],
    probe: null,
    notes: [],
  });
  expect(JSON.stringify(made)).not.toContain('end-of-a-key');
  expect(made).not.toHaveProperty('provedWith');
  expect(record({}, shown('on', 'on')).provedWith).toBe('hash');
});

it('keeps when the variant was made, and what it had before', () => {
  expect(record()).toMatchObject({ createdAt: plan.now, updatedAt: plan.now, skills: [] });
  const before = { createdAt: 'then', skills: [{ name: 's', files: [] }] };
  const again = record({ current: { ...record(), ...before } });
  expect(again).toMatchObject({ ...before, updatedAt: plan.now });
});

describe('a capability', () => {
  const tasks = (proof: Proof) => record({}, proof).capabilities.tasks;
  const by: Loss['by'] = [{ place: '--env', key: 'X' }];

  it('is as planned where the run shows it, or shows nothing of why not', () => {
    expect(tasks(shown('on', 'on'))).toEqual(kept(flipped));
    expect(tasks(shown('off', 'on'))).toEqual(kept(flipped));
  });

  it('is off where a setting of the user’s takes it away', () => {
    const loss: Loss = { capability: 'tasks', state: 'off', by };
    const other: Loss = { ...loss, capability: 'teams', by: [{ place: '--env', key: 'Y' }] };
    expect(tasks(shown('off', 'off', [other, loss]))).toEqual({
      state: 'off',
      by: null,
      means: null,
      reason: '--env X disables its tools',
    });
  });

  it('is deferred where its tools are announced by name, and says why', () => {
    const deferred = shown('deferred', 'on');
    expect(tasks(deferred)).toEqual({
      ...kept(flipped),
      state: 'deferred',
      reason: 'the build announces its tools by name only',
    });
    const loss: Loss = { capability: 'tasks', state: 'deferred', by };
    expect(tasks(shown('deferred', 'on', [loss])).reason).toBe(
      '--env X makes the build announce its tools by name only',
    );
    const { capabilities } = record({ capabilities: { tasks: off, teams: stock } }, deferred);
    expect(capabilities.tasks).toMatchObject({ state: 'deferred', by: 'stock' });
  });

  it('is the build’s own where the run shows what was not planned', () => {
    const proof = shown('on', 'on');
    expect(
      record({ capabilities: { tasks: off, teams: stock } }, proof).capabilities.tasks,
    ).toEqual({ state: 'on', by: 'stock', means: null, reason: 'the probe shows it; not wanted' });
  });
});

describe('notes', () => {
  const { provider } = input;

  it('begin with those of the plan', () => {
    expect(notes({ notes: ['first'] }, 'overruled')).toEqual(['first', 'overruled']);
    const hidden: Hidden = { names: ['Agent|Task'], by: [{ place: '--env', key: 'X' }] };
    expect(record({}, shown('on', 'on', [], hidden)).notes).toEqual([
      '--env X hides Agent or Task from sessions',
    ]);
  });

  it('say that texts of packs were made for a build that was not run', async () => {
    const pack = await loadPack('orchestration');
    const of = (templates: boolean) =>
      notes({ packs: { present: [{ ...pack, templates }], gone: [] } });
    expect(of(true)).toEqual([expect.stringMatching(/^the build was not run/)]);
    expect(of(false)).toEqual([]);
  });

  it('say that a header is kept in a file where the key is not', () => {
    const two = ['a', 'b'].map((name) => ({ name, value: 'x' }));
    const headers = { records: {}, kept: two };
    const helper: KeyPlan = { record: { store: 'helper', command: 'x' }, value: null };
    expect(notes({ headers, key: helper })).toEqual([
      expect.stringMatching(/^the header a, b is kept in a file that only you can read/),
    ]);
    expect(notes({ key: helper })).toEqual([]);
    expect(notes({ headers })).toEqual([]);
    expect(notes({ headers, key: input.key })).toEqual([]);
  });

  it('warn of tools by name at an address that is not known to take them', () => {
    const withSearch = (value: string, deferredTools = false) =>
      notes({ provider: { ...provider, deferredTools, env: { ENABLE_TOOL_SEARCH: value } } });
    expect(withSearch('auto')).toEqual([
      expect.stringMatching(/^Some is not known to take .*ENABLE_TOOL_SEARCH=auto/),
    ]);
    expect(withSearch('auto', true)).toEqual([]);
    expect(withSearch('false')).toEqual([]);
  });

  it('tell of a text in place of a key, and of Anthropic’s models elsewhere', () => {
    const placeholder = { ...provider, env: { ANTHROPIC_AUTH_TOKEN: 'local' } };
    expect(notes({ provider: placeholder })).toEqual([
      expect.stringMatching(/^Some is sent "local" in place of an API key/),
    ]);
    expect(notes({ provider: placeholder, key: input.key })).toEqual([]);
    expect(notes({ provider: { ...provider, unmapped: ['opus', 'haiku'] } })).toEqual([
      expect.stringMatching(/^Some will be asked for .*\(opus, haiku\)/),
    ]);
  });
});
