import { expect, it } from 'vitest';
import type { FileChange } from '../../../src/config/file-change.ts';
import { type Found, type Outcome, planContents } from '../../../src/plan/contents.ts';
import { noPackTargets } from '../../../src/plan/pack-files.ts';
import { type PlanInput, planVariant } from '../../../src/plan/plan.ts';
import { input } from './input.ts';

const { layout } = input;
const file = (place: string, text: string | null): Found['settings'] => ({
  place,
  path: place,
  text,
  outside: false,
});
const found: Found = {
  settings: file(layout.settings, null),
  state: file(layout.state, null),
  packs: noPackTargets,
  notes: [],
  oldLaunchers: [],
  launcherFolders: ['/home/u/.local/bin'],
  rulesProgram: Buffer.from('rules'),
  keyringProgram: null,
};
const outcome: Outcome = {
  built: { kind: 'js', version: '2.1.16', platform: 'any', sha256: 'a'.repeat(64) },
  program: `${layout.bundles}/2.1.16-abc/cli.js`,
  proof: null,
  tools: undefined,
  overruled: null,
};
const contents = (changes: Partial<PlanInput> = {}, there: Partial<Found> = {}) =>
  planContents(planVariant({ ...input, ...changes }), outcome, layout, { ...found, ...there });
const summary = (changes: readonly FileChange[]): string[] =>
  changes.map((change) => `${change.kind} ${'path' in change ? change.path : change.to}`);

it('says every file and key that will change, with content, and gives the same twice', () => {
  const whole = contents();
  expect(contents()).toEqual(whole);
  expect(summary(whole.changes)).toEqual([
    `merge ${layout.settings}`,
    `merge ${layout.state}`,
    `write ${layout.hooks}/rules.cjs`,
    `write ${layout.hooks}/rules.sh`,
    `write ${layout.hooks}/rules.json`,
    `write ${layout.secrets}`,
    `remove ${layout.keyring}/key.cjs`,
    `remove ${layout.keyring}/keyring.node`,
    `remove ${layout.keyring}/key.sh`,
    `remove ${layout.headers}`,
  ]);
  expect(summary(whole.launchers)).toEqual([`write ${layout.launcher}`]);
  expect(whole).toMatchObject({ exists: false, keyring: null, secretFile: true });
});

it('keeps a key in one place: the file is removed when the keyring has it', () => {
  const key: PlanInput['key'] = {
    record: { store: 'keyring', variable: 'ANTHROPIC_AUTH_TOKEN' },
    value: 'dummy-key-0123456789-0123456789',
  };
  const keyringProgram = { program: 'program', binding: Buffer.from('binding') };
  const whole = contents({ key }, { keyringProgram });
  expect(summary(whole.changes)).toContain(`remove ${layout.secrets}`);
  expect(whole.keyring).toEqual({ entry: 'one:some@/home/u/.cc-mirror', key: key.value });
  expect(whole.secretFile).toBe(false);
  expect(JSON.stringify(whole.changes)).not.toContain(key.value);
});

it('leaves a configuration file outside the variant as it is, and says what it would set', () => {
  const settings = { ...file(layout.settings, '{}'), path: '/shared/settings.json', outside: true };
  const whole = contents({}, { settings });
  expect(summary(whole.changes)).not.toContain('merge /shared/settings.json');
  expect(whole.record.notes).toContainEqual(
    expect.stringMatching(
      /leads to \/shared\/settings\.json, outside the variant, and stays as it is/,
    ),
  );
});

it('removes the rules where none are wanted, and launchers of before', () => {
  const choices = { ...input.choices, rules: false };
  const whole = contents({ choices }, { rulesProgram: null, oldLaunchers: ['/old/one'] });
  expect(summary(whole.changes)).toContain(`remove ${layout.hooks}/rules.json`);
  expect(summary(whole.launchers)).toEqual([`write ${layout.launcher}`, 'remove /old/one']);
});

it('keeps a key that is not given anew, and needs none', () => {
  const record = { store: 'file', variable: 'ANTHROPIC_AUTH_TOKEN' } as const;
  const kept = contents({ key: { record, value: null } });
  expect(summary(kept.changes).filter((one) => one.endsWith(layout.secrets))).toEqual([]);
  expect(kept).toMatchObject({ keyring: null, secretFile: false });
  const without = contents({ key: { record: null, value: null } });
  expect(summary(without.changes)).toContain(`remove ${layout.secrets}`);
  expect(without).toMatchObject({ keyring: null, secretFile: false });
});
