import type { CapabilityAnalysis } from '../../../src/gates/types.ts';
import type { PlanInput } from '../../../src/plan/plan.ts';
import type { ResolvedProvider } from '../../../src/provider/resolve-provider.ts';
import { variantFolder } from '../../../src/variant/layout.ts';
import { type PackRecord, defaultChoices } from '../../../src/variant/record.ts';

export const edit = { module: 'cli.js', start: 10, end: 18, before: 'return!1', after: 'return!0' };
export const by = (ways: Partial<CapabilityAnalysis>): CapabilityAnalysis => ({
  verdict: 'flip',
  reason: 'a flag decides',
  switches: [],
  env: null,
  flip: null,
  chains: () => [],
  ...ways,
});
export const flip = by({ flip: { edit, moduleBytes: 100 } });
export const env = by({ verdict: 'env', env: { CLAUDE_CODE_ENABLE_TASKS: '1' } });
export const absent = by({ verdict: 'absent' });
export const unknown = by({ verdict: 'unknown' });

export const provider: ResolvedProvider = {
  id: 'some',
  name: 'Some',
  region: null,
  plan: null,
  baseUrl: 'https://some.example',
  elsewhere: true,
  auth: 'bearer',
  keyVariable: 'ANTHROPIC_AUTH_TOKEN',
  keyRequired: true,
  keyUrl: 'https://some.example/keys',
  models: {},
  unmapped: [],
  deferredTools: false,
  deniedTools: [],
  notes: [],
  headers: [],
  env: { ANTHROPIC_BASE_URL: 'https://some.example' },
  origins: { ANTHROPIC_BASE_URL: 'preset' },
};

const pack: PackRecord = {
  source: 'orchestration',
  id: 'orchestration',
  skills: ['orchestration'],
  agents: [],
  hooks: ['conductor', 'dependencies'],
  permissions: ['Edit(.cc-mirror/**)'],
};

export const input: PlanInput = {
  name: 'one',
  layout: { ...variantFolder('/home/u/.cc-mirror/one'), launcher: '/home/u/.local/bin/one' },
  current: null,
  adopted: null,
  choices: defaultChoices,
  packs: { present: [], gone: [pack] },
  demanded: [],
  provider,
  key: {
    record: { store: 'file', variable: 'ANTHROPIC_AUTH_TOKEN' },
    value: 'dummy-key-0123456789-0123456789',
  },
  headers: { records: {}, kept: [] },
  keepEnv: [],
  notes: [],
  earlierLists: [],
  loggedIn: false,
  pristine: { kind: 'js', version: '2.1.16' },
  examination: { analysis: { tasks: flip, teams: absent }, namesTaskList: true, pins: true },
  node: '/usr/bin/node',
  platform: 'linux',
  now: new Date(0),
};
