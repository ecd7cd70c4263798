import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';
import { execa } from 'execa';
import { afterAll, beforeAll, expect, it } from 'vitest';

let folder = '';
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'cc-mirror-program-'));
  await build({
    entryPoints: [join(import.meta.dirname, '../../../src/rules/main.ts')],
    bundle: true,
    platform: 'node',
    target: 'node20',
    format: 'cjs',
    minify: true,
    outfile: join(folder, 'rules.cjs'),
  });
  const rules = { conductor: { skills: ['orchestration'] }, dependencies: { skills: [] } };
  const config = { rules, tool: 'Agent', identity: 'agent-id' };
  writeFileSync(join(folder, 'rules.json'), JSON.stringify(config));
});
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

const run = (input: object | string, env: Record<string, string> = {}) =>
  execa(process.execPath, [join(folder, 'rules.cjs')], {
    input:
      typeof input === 'string'
        ? input
        : JSON.stringify({ cwd: folder, session_id: 's', ...input }),
    env,
    reject: false,
  });

const bash = { hook_event_name: 'PreToolUse', tool_name: 'Bash', tool_input: {}, tool_use_id: 'u' };
const typed = { hook_event_name: 'UserPromptSubmit', prompt: '/orchestration' };

it('answers on standard output', async () => {
  expect(await run(typed)).toMatchObject({ exitCode: 0, stdout: '', stderr: '' });
  expect(await run(bash)).toMatchObject({
    exitCode: 0,
    stdout: expect.stringContaining('"deny"'),
    stderr: '',
  });
  expect(await run(bash, { CC_MIRROR_RULES: 'off' })).toMatchObject({ exitCode: 0, stdout: '' });
});

it('says what went wrong and hinders nothing', async () => {
  expect(await run('{')).toMatchObject({
    exitCode: 1,
    stdout: '',
    stderr: expect.stringMatching(/^cc-mirror's rules did not apply: .*JSON/),
  });
});

it('loses nothing when many processes are at work', async () => {
  const update = (id: number) => ({
    hook_event_name: 'PreToolUse',
    tool_name: 'TaskUpdate',
    tool_input: { taskId: `${id}`, addBlockedBy: [`${(id % 6) + 1}`] },
    tool_use_id: `u${id}`,
    session_id: 'busy',
  });
  const env = { CLAUDE_CONFIG_DIR: folder };
  const answers = await Promise.all([1, 2, 3, 4, 5, 6].map((id) => run(update(id), env)));
  expect(answers.map(({ stderr }) => stderr).join('')).toBe('');
  // Six edges make a ring: at least the one that was looked at last is refused.
  expect(answers.some(({ stdout }) => stdout.includes('would close a cycle'))).toBe(true);
  const kept = readdirSync(join(folder, 'sessions', 'busy'));
  expect(kept).toHaveLength(answers.filter(({ stdout }) => stdout === '').length);
});
