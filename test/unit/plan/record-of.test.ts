import { describe, expect, it } from 'vitest';
import type { Plan } from '../../../src/plan/plan.ts';
import type { Proof } from '../../../src/plan/proof.ts';
import { recordOf } from '../../../src/plan/record-of.ts';
import { variantFolder } from '../../../src/variant/layout.ts';
import type { VariantRecord } from '../../../src/variant/record.ts';

const stock = { state: 'on', by: 'stock', means: null, reason: 'they are on' };
const flipped = { state: 'on', by: 'flip', means: 'one function', reason: 'a flag decides' };
const env = { ANTHROPIC_BASE_URL: 'https://some.example' };

/** A plan, as far as its record is made from it. */
const planOf = (changes: object = {}): Plan =>
  ({
    name: 'one',
    layout: { ...variantFolder('/h/one'), launcher: '/bin/one' },
    current: null,
    choices: { flip: 'auto' },
    capabilities: { tasks: flipped, teams: stock },
    launcher: { env, earlierLists: ['/p'] },
    packs: { present: [], gone: [] },
    owned: {
      'settings.json': { a: 1 },
      '.claude.json': { b: 2, 'customApiKeyResponses.approved': ['end-of-a-key'] },
    },
    provider: {
      id: 'some',
      name: 'Some',
      baseUrl: 'https://some.example',
      keyVariable: 'ANTHROPIC_AUTH_TOKEN',
      unmapped: [],
      deferredTools: false,
      env: {},
    },
    key: { record: null, value: null },
    headers: { records: {}, kept: [] },
    keepEnv: ['MINE'],
    notes: [],
    now: '2026-01-02T00:00:00.000Z',
    ...changes,
  }) as unknown as Plan;

const built = { kind: 'js', sha256: 'f00', version: '2.1.112', platform: 'linux-x64' } as const;
const record = (
  changes: object = {},
  proof: Proof | null = null,
  overruled: string | null = null,
) => recordOf(planOf(changes), built, '/h/one/bundle/cli.js', proof, overruled);
const notes = (changes: object, overruled: string | null = null) =>
  record(changes, null, overruled).notes;

/** A run in which the capabilities were so. */
const shown = (states: object, losses: object[] = [], hidden: object | null = null): Proof =>
  ({ report: { states }, tools: {}, losses, hidden, provedWith: 'hash' }) as unknown as Proof;

it('keeps what the plan says, and nothing of a key', () => {
  const made = record();
  expect(made).toMatchObject({
    name: 'one',
    provider: 'some',
    launcher: '/bin/one',
    claudeVersion: '2.1.112',
    platform: 'linux-x64',
    bundle: { kind: 'js', path: '/h/one/bundle/cli.js', sha256: 'f00' },
    keepEnv: ['MINE'],
    env,
    written: { baseUrl: 'https://some.example', env },
    owned: { 'settings.json': { a: 1 }, '.claude.json': { b: 2 } },
    earlierLists: ['/p'],
    probe: null,
    notes: [],
  });
  expect(JSON.stringify(made)).not.toContain('end-of-a-key');
  expect(made).not.toHaveProperty('provedWith');
  expect(record({}, shown({ tasks: 'on', teams: 'on' })).provedWith).toBe('hash');
});

it('keeps when the variant was made, and what it had before', () => {
  expect(record()).toMatchObject({ createdAt: planOf().now, updatedAt: planOf().now, skills: [] });
  const current = { createdAt: 'then', skills: ['s'], agents: ['a'], retired: ['r'] };
  const again = record({ current: current as unknown as VariantRecord });
  expect(again).toMatchObject({ ...current, updatedAt: planOf().now });
});

describe('a capability', () => {
  const tasks = (proof: Proof) => record({}, proof).capabilities.tasks;
  const by = [{ place: '--env', key: 'X' }];

  it('is as planned where the run shows it, or shows nothing of why not', () => {
    expect(tasks(shown({ tasks: 'on', teams: 'on' }))).toEqual(flipped);
    expect(tasks(shown({}))).toEqual(flipped);
    expect(tasks(shown({ tasks: 'off', teams: 'on' }))).toEqual(flipped);
  });

  it('is off where a setting of the user’s takes it away', () => {
    const loss = { capability: 'tasks', state: 'off', by };
    const other = { capability: 'teams', state: 'off', by: [{ place: '--env', key: 'Y' }] };
    expect(tasks(shown({ tasks: 'off', teams: 'off' }, [other, loss]))).toEqual({
      state: 'off',
      by: null,
      means: null,
      reason: '--env X takes its tools away',
    });
  });

  it('is deferred where its tools are announced by name, and says why', () => {
    const deferred = shown({ tasks: 'deferred', teams: 'on' });
    expect(tasks(deferred)).toEqual({
      ...flipped,
      state: 'deferred',
      reason: 'the build announces its tools by name only',
    });
    const loss = { capability: 'tasks', state: 'deferred', by };
    expect(tasks(shown({ tasks: 'deferred' }, [loss])).reason).toBe(
      '--env X has the build announce its tools by name only',
    );
    const off = { state: 'off', by: null, means: null, reason: 'not wanted' };
    const { capabilities } = record({ capabilities: { tasks: off, teams: stock } }, deferred);
    expect(capabilities.tasks).toMatchObject({ state: 'deferred', by: 'stock' });
  });

  it('is the build’s own where the run shows what was not planned', () => {
    const off = { state: 'off', by: null, means: null, reason: 'not wanted' };
    const proof = shown({ tasks: 'on', teams: 'on' });
    expect(
      record({ capabilities: { tasks: off, teams: stock } }, proof).capabilities.tasks,
    ).toEqual({ state: 'on', by: 'stock', means: null, reason: 'the probe shows it; not wanted' });
  });
});

describe('notes', () => {
  const { provider } = planOf();

  it('begin with those of the plan', () => {
    expect(notes({ notes: ['first'] }, 'overruled')).toEqual(['first', 'overruled']);
    const hidden = { names: ['Agent|Task'], by: [{ place: '--env', key: 'X' }] };
    expect(record({}, shown({}, [], hidden)).notes).toEqual([
      '--env X keeps Agent or Task from sessions',
    ]);
  });

  it('say that a header is kept in a file where the key is not', () => {
    const headers = { records: {}, kept: [{ name: 'a' }, { name: 'b' }] };
    const helper = { record: { store: 'helper', command: 'x' }, value: null };
    expect(notes({ headers, key: helper })).toEqual([
      expect.stringMatching(/^the header a, b is kept in a file that only you can read/),
    ]);
    expect(notes({ key: helper })).toEqual([]);
    expect(notes({ headers })).toEqual([]);
    expect(notes({ headers, key: { record: { store: 'file' }, value: 'x' } })).toEqual([]);
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
    const key = { record: { store: 'file' }, value: 'x' };
    expect(notes({ provider: placeholder, key })).toEqual([]);
    expect(notes({ provider: { ...provider, unmapped: ['opus', 'haiku'] } })).toEqual([
      expect.stringMatching(/^Some will be asked for .*\(opus, haiku\)/),
    ]);
  });
});
