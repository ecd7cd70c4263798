import { chmod, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { runClaude } from '../../../src/probe/run-claude.ts';
import { probe, type ProbeTarget } from '../../../src/probe/probe.ts';
import { withWorkspace } from '../../../src/probe/workspace.ts';
import { callTools, playScript } from '../../support/session/loopback.ts';
import { temporaryFolder } from '../../support/folder.ts';

let folder: string;

beforeEach(async () => {
  folder = temporaryFolder();
  await mkdir(join(folder, 'tmp'));
  vi.stubEnv('TMPDIR', join(folder, 'tmp'));
});

afterEach(async () => {
  vi.unstubAllEnvs();
  // No run leaves its folders behind, even if it failed.
  const left = await readdir(join(folder, 'tmp'));
  if (left.length > 0) throw new Error(`left behind: ${left.join()}`);
});

/** A stand-in for Claude Code: a module with `ask`, one request; `names` are tool names. */
async function program(text: string): Promise<ProbeTarget> {
  const path = join(folder, 'cli.mjs');
  const ask = `const ask = async (names, extra) => {
    const response = await fetch(process.env.ANTHROPIC_BASE_URL + '/v1/messages', {
      method: 'POST',
      headers: { 'user-agent': 'claude-cli/9.8.7 (external, cli)' },
      body: JSON.stringify({
        model: 'm', messages: [{ role: 'user', content: 'hi' }],
        tools: names.map((name) => ({ name })), ...extra,
      }),
    });
    return response.json();
  };`;
  await writeFile(path, `${ask}\n${text}\n`);
  return { kind: 'js', path };
}

/** Starts a child that never ends, and writes both process ids to a file. */
function hangWithGrandchild(pids: string): string {
  return `
    const { spawn } = await import('node:child_process');
    const { writeFileSync, renameSync } = await import('node:fs');
    const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'inherit' });
    writeFileSync(${JSON.stringify(`${pids}.new`)}, process.pid + ' ' + child.pid);
    renameSync(${JSON.stringify(`${pids}.new`)}, ${JSON.stringify(pids)});`;
}

async function expectAllGone(pids: string): Promise<void> {
  const ids = (await readFile(pids, 'utf8')).split(' ').map(Number);
  expect(ids).toHaveLength(2);
  await vi.waitFor(async () => {
    for (const id of ids) expect(await isRunning(id)).toBe(false);
  });
}

/** A zombie that is not reaped yet counts as gone. */
async function isRunning(id: number): Promise<boolean> {
  try {
    process.kill(id, 0);
  } catch {
    return false;
  }
  if (process.platform !== 'linux') return true;
  const stat = await readFile(`/proc/${id}/stat`, 'utf8').catch(() => ') Z');
  return !stat.slice(stat.lastIndexOf(')')).startsWith(') Z');
}

it('reports what the largest request offers', async () => {
  const target = await program(`
    await ask([]);
    await ask(['TaskCreate', 'TaskGet', 'TaskUpdate', 'TaskList', 'Bash']);
    await ask(['Bash']);`);
  expect((await probe({ target })).report).toEqual({
    claudeVersion: '9.8.7',
    tasks: true,
    teams: false,
    states: { tasks: 'on', teams: 'off' },
    tools: ['TaskCreate', 'TaskGet', 'TaskUpdate', 'TaskList', 'Bash'],
    deferredTools: [],
    agents: [],
    skills: [],
    model: 'm',
    ms: expect.any(Number),
  });
});

it('passes skills, agents, settings and variables on, and nothing of its own environment', async () => {
  vi.stubEnv('SECRET_OF_OURS', 'x');
  await mkdir(join(folder, 'skills/one'), { recursive: true });
  await writeFile(join(folder, 'skills/one/SKILL.md'), 'text of one');
  await mkdir(join(folder, 'agents'));
  await writeFile(join(folder, 'agents/two.md'), 'text of two');
  const target = await program(`
    const { readFileSync } = await import('node:fs');
    const read = (name) => readFileSync(process.env.CLAUDE_CONFIG_DIR + '/' + name, 'utf8');
    const state = JSON.parse(read('.claude.json'));
    const seen = [read('skills/one/SKILL.md'), read('agents/two.md'), read('settings.json'),
      state.projects[process.cwd()].hasTrustDialogAccepted,
      state.customApiKeyResponses.approved[0] === process.env.ANTHROPIC_API_KEY.slice(-20),
      process.env.SOME, process.env.SECRET_OF_OURS, process.argv.slice(2).join(' ')];
    await ask(seen.map(String));`);
  const { report } = await probe({
    target,
    env: { SOME: 'thing' },
    skills: join(folder, 'skills'),
    agents: join(folder, 'agents'),
    settings: { model: 'm', hooks: { Stop: [] } },
  });
  const settings = '{"model":"m"}';
  const seen = ['text of one', 'text of two', settings, 'true', 'true', 'thing', 'undefined'];
  expect(report.tools).toEqual([...seen, '-p hi']);
});

it('kills a program that lingers after its answer', async () => {
  const pids = join(folder, 'pids');
  const target = await program(`${hangWithGrandchild(pids)} await ask(['Bash']);`);
  const run = await withWorkspace({}, (workspace) =>
    runClaude({ target, workspace, args: [], responder: playScript([]), lingerMs: 50 }),
  );
  expect(run.end).toEqual({ type: 'stopped' });
  expect(run.requests).toHaveLength(1);
  await expectAllGone(pids);
});

it('shows the last lines of a program that exits before any request', async () => {
  const target = await program(`
    for (let line = 1; line <= 20; line++) console.error('\\u001b[31mline ' + line + '\\u001b[0m');
    process.exitCode = 3;`);
  const lines = Array.from({ length: 10 }, (_, index) => `line ${index + 11}`).join('\n');
  await expect(probe({ target })).rejects.toMatchObject({
    code: 'probe-failed',
    message: `${target.path} exited with code 3 before it sent any request. It printed:\n${lines}`,
    hint: expect.stringContaining('cc-mirror probe'),
  });
});

it.each([
  ['', 'exited with code 0 before it sent any request. It printed nothing.'],
  ['await ask(["Bash"]); process.exit(4)', 'exited with code 4 after its request.'],
  ['await ask([]);', 'sent a request without tools.'],
  ['process.kill(process.pid, "SIGKILL")', 'was killed by SIGKILL before it sent any request.'],
])('fails for a program of %j', async (text, message) => {
  const target = await program(text);
  await expect(probe({ target })).rejects.toMatchObject({
    code: 'probe-failed',
    message: expect.stringContaining(message),
  });
});

it('kills a program that hangs, and its children', async () => {
  const pids = join(folder, 'pids');
  const target = await program(hangWithGrandchild(pids));
  await expect(probe({ target, timeoutMs: 1500 })).rejects.toMatchObject({
    code: 'probe-failed',
    message: expect.stringContaining('did not finish within 1.5 s'),
  });
  await expectAllGone(pids);
});

it('kills the children that a program leaves behind', async () => {
  const pids = join(folder, 'pids');
  const target = await program(`${hangWithGrandchild(pids)} await ask(['Bash']); process.exit(0);`);
  expect((await probe({ target })).report.tools).toEqual(['Bash']);
  await expectAllGone(pids);
});

it('rejects with the reason of an abort, and kills the program', async () => {
  const pids = join(folder, 'pids');
  const target = await program(hangWithGrandchild(pids));
  const controller = new AbortController();
  const reason = new Error('enough');
  const ended = probe({ target, signal: controller.signal }).catch((error: unknown) => error);
  await vi.waitFor(() => readFile(pids), { timeout: 5000 });
  controller.abort(reason);
  expect(await ended).toBe(reason);
  await expectAllGone(pids);
});

it('starts nothing if already aborted', async () => {
  const reason = new Error('no');
  const target = await program('');
  await expect(probe({ target, signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
});

it.each([
  ['ENOENT', undefined],
  ['ENOEXEC', 'echo this must never run in a shell'],
])('reports %s for an executable that cannot start', async (code, content) => {
  const path = join(folder, 'claude');
  if (content !== undefined) await writeFile(path, content);
  if (content !== undefined) await chmod(path, 0o755);
  await expect(probe({ target: { kind: 'native', path } })).rejects.toMatchObject({
    code: 'probe-failed',
    message: `${path} could not be started (${code}).`,
  });
});

it('reports a missing permission to execute', async () => {
  const path = join(folder, 'claude');
  await writeFile(path, '#!/bin/sh\n', { mode: 0o600 });
  await expect(probe({ target: { kind: 'native', path } })).rejects.toMatchObject({
    message: `${path} could not be started: it is not executable (EACCES).`,
    hint: `Make it executable: chmod u+x ${path}`,
  });
});

it.runIf(process.platform === 'linux')('names the loader that an executable lacks', async () => {
  const path = join(folder, 'claude');
  const other = (await readFile('/bin/true', 'latin1')).replace('/ld-', '/no-');
  await writeFile(path, other, { encoding: 'latin1', mode: 0o755 });
  await expect(probe({ target: { kind: 'native', path } })).rejects.toMatchObject({
    code: 'probe-failed',
    message: expect.stringMatching(
      /claude could not be started: it needs the loader \S+\/no-\S+, which this system does not have.* \(ENOENT\)\.$/,
    ),
    hint: expect.stringContaining('nix-ld'),
  });
});

it('refuses a skills folder that does not exist', async () => {
  const target = await program('');
  await expect(probe({ target, skills: join(folder, 'none') })).rejects.toMatchObject({
    code: 'no-such-path',
  });
});

it('plays scripted sessions in a workspace that stays readable', async () => {
  const target = await program(`
    const { writeFileSync } = await import('node:fs');
    for (;;) {
      const { content, stop_reason: reason } = await ask(['Bash']);
      if (reason !== 'tool_use') { console.log(content[0].text, process.argv[2]); break; }
      writeFileSync(process.env.CLAUDE_CONFIG_DIR + '/' + content[0].name, content[0].input.text);
    }`);
  await withWorkspace({}, async (workspace) => {
    const responder = playScript([
      callTools(['a', { text: '1' }]),
      callTools(['b', { text: '2' }]),
    ]);
    const run = await runClaude({ target, workspace, args: ['--flag'], responder });
    expect(run).toMatchObject({ exitCode: 0, stdout: 'done --flag\n', stderr: '' });
    expect(run.requests).toHaveLength(3);
    expect(await readFile(join(workspace.config, 'b'), 'utf8')).toBe('2');
  });
});

it('rejects with what a responder throws', async () => {
  const target = await program('await ask(["Bash"]); setInterval(() => {}, 1000);');
  const bug = new Error('a bug in the script');
  const responder = () => Promise.reject(bug);
  const run = withWorkspace({}, (workspace) =>
    runClaude({ target, workspace, args: [], responder }),
  );
  await expect(run).rejects.toBe(bug);
});
