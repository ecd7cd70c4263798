import { mkdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { execa } from 'execa';
import { expect, it } from 'vitest';
import { hookEntries, hooksMissing, rulesOf } from '../../../src/variant/hooks.ts';
import { Changes } from '../../../src/transaction/changes.ts';
import { applyStep } from '../../../src/transaction/apply-step.ts';
import { fromPackage } from '../../../src/package-root.ts';
import { planRules } from '../../../src/plan/contents.ts';
import { rulesScriptText } from '../../../src/plan/run-scripts.ts';
import type { PackRecord } from '../../../src/variant/record.ts';
import { temporaryFolder } from '../../support/folder.ts';

const pack = (changes: Partial<PackRecord>): PackRecord => ({
  source: 'x',
  id: 'x',
  skills: ['x'],
  agents: [],
  hooks: [],
  permissions: [],
  ...changes,
});
const one = pack({ hooks: ['conductor', 'worker'] });
const two = pack({ skills: ['y'], agents: ['helper'], hooks: ['worker', 'contract'] });

it('a rule applies to the skills of every pack that asks for it', () => {
  expect(rulesOf([one, two], '2.1.329')).toEqual({
    rules: {
      conductor: { skills: ['x'], agents: [] },
      worker: { skills: ['x', 'y'], agents: ['helper'] },
      contract: { skills: ['y'], agents: ['helper'] },
    },
    identity: 'agent-id',
  });
  expect(rulesOf([one], '2.0.77')?.identity).toBe('transcript');
  expect(rulesOf([pack({})], '2.1.329')).toBeNull();
});

it('an event runs the program once, on Windows with slashes', () => {
  const rules = rulesOf([one, two], '2.1.329');
  const entries = hookEntries(rules, { folder: 'C:\\v', platform: 'win32' });
  for (const list of Object.values(entries)) {
    expect(list).toEqual([
      {
        matcher: expect.any(String),
        hooks: [
          { type: 'command', command: "[ -r 'C:/v/rules.sh' ] && . 'C:/v/rules.sh'", timeout: 10 },
        ],
      },
    ]);
  }
  expect(Object.keys(entries)).toContain('SubagentStop');
  expect(hookEntries(null, { folder: 'f', platform: 'linux' })).toEqual({});
});

it('reports events for which the settings have other hooks', () => {
  const wanted = { 'hooks.A': [{ hooks: [{ command: 'ours' }] }], 'permissions.allow': ['x'] };
  const text = (hooks: unknown): string => JSON.stringify({ hooks });
  const ours = { matcher: 'other', hooks: [{ command: 'ours', timeout: 60 }] };
  expect(hooksMissing(text({ A: [{ hooks: [{ command: 'mine' }] }, ours] }), wanted)).toEqual([]);
  for (const hooks of [{ A: [{ hooks: [{ command: 'mine' }] }] }, 'none', undefined, { A: 1 }]) {
    expect(hooksMissing(text(hooks), wanted)).toEqual([
      'the rules are not in force at A: settings.json has other hooks there',
    ]);
  }
});

it('the written command runs from any folder, and blocks nothing once its rules are removed', async () => {
  const folder = join(temporaryFolder(), `it's "a" $HOME \\ place`);
  const rules = rulesOf([one], '2.1.329');
  await mkdir(folder, { recursive: true });
  const plan = { rules, node: process.execPath, layout: { hooks: folder } };
  const place = { hooks: folder, folder: dirname(folder) };
  const program = await readFile(fromPackage('dist', 'rules.cjs'));
  await new Changes(planRules(plan, 'Agent', null, place, program)).writeOut(folder);
  const entries = hookEntries(rules, { folder, platform: 'linux' });
  const command = entries['PreToolUse']?.[0]?.hooks[0]?.command ?? '';
  const run = (input: object, env: Record<string, string> = {}) =>
    execa('sh', ['-c', command], { input: JSON.stringify(input), env, extendEnv: false });
  const session = { session_id: 's', cwd: folder, transcript_path: join(folder, 't.jsonl') };
  await run({ ...session, hook_event_name: 'UserPromptSubmit', prompt: '/x begin' });
  const write = {
    ...session,
    hook_event_name: 'PreToolUse',
    tool_name: 'Write',
    tool_input: { file_path: join(folder, 'a.txt') },
    tool_use_id: 'c',
  };
  const { stdout } = await run(write);
  expect(JSON.parse(stdout)).toMatchObject({ hookSpecificOutput: { permissionDecision: 'deny' } });
  expect((await run(write, { CC_MIRROR_RULES: 'off' })).stdout).toBe('');
  expect((await run({ ...write, agent_id: 'w' })).stdout).toBe('');

  await writeFile(join(folder, 'rules.json'), '{}');
  const removal = new Changes(planRules({ ...plan, rules: null }, 'Agent', null, place, null));
  for (const step of await removal.steps([folder])) await applyStep(step, 'forward');
  await expect(run(write)).rejects.toMatchObject({ exitCode: 1 });
});

it('a missing program for the rules is reported once a session, and is no error', async () => {
  const folder = join(temporaryFolder(), `it's`);
  await mkdir(folder);
  const script = join(folder, 'rules.sh');
  const spec = { folder, program: 'rules.cjs', node: '/gone/node', native: null };
  await writeFile(script, rulesScriptText(spec));
  await symlink('/bin/mkdir', join(folder, 'mkdir'));
  const run = async (session: string) =>
    execa('/bin/sh', [script], {
      input: JSON.stringify({ session_id: session, hook_event_name: 'PreToolUse' }),
      env: { PATH: folder },
      extendEnv: false,
    });
  const said = { systemMessage: expect.stringMatching(/not in force: there is no Node\.js/) };
  const first = await run('one');
  expect(JSON.parse(first.stdout)).toEqual(said);
  expect(first.stderr).toBe('');
  expect(await run('one')).toMatchObject({ stdout: '', stderr: '' });
  expect(JSON.parse((await run('two')).stdout)).toEqual(said);
});
