import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
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
  const rules = {
    conductor: { skills: ['orchestration'] },
    memory: { skills: ['router'] },
    dependencies: { skills: [] },
  };
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

it('reports an error and blocks nothing', async () => {
  expect(await run('{')).toMatchObject({
    exitCode: 1,
    stdout: '',
    stderr: expect.stringMatching(/^cc-mirror's rules did not apply: .*JSON/),
  });
});

it.skipIf(process.platform === 'win32')('leaves no incomplete file', async () => {
  const project = join(folder, 'project');
  mkdirSync(project);
  const input = { session_id: 'full', cwd: project, ...typed, prompt: '/router' };
  // No file may grow beyond 0 blocks, as on a full disk.
  const limited = ['-c', 'ulimit -f 0 && exec "$@"', 'sh', process.execPath];
  const ran = await execa('sh', [...limited, join(folder, 'rules.cjs')], {
    input: JSON.stringify(input),
  });
  expect(JSON.parse(ran.stdout)).toEqual({
    systemMessage: expect.stringMatching(/context\.md was not completed: EFBIG.*; .*progress\.md/u),
  });
  expect(readdirSync(join(project, '.cc-mirror', 'router'))).toEqual([]);
});

it('loses nothing if many processes run concurrently', async () => {
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
  // Six edges form a ring: at least the last one is refused.
  expect(answers.some(({ stdout }) => stdout.includes('would close a cycle'))).toBe(true);
  const kept = readdirSync(join(folder, 'sessions', 'busy'));
  expect(kept).toHaveLength(answers.filter(({ stdout }) => stdout === '').length);
});
