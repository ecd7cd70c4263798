import { readFile, readdir } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type WindowsMachine, startWindows } from '../support/windows/machine.ts';
import { makeFake, withWindows } from '../support/windows/world.ts';

let machine: WindowsMachine;
beforeAll(async () => {
  machine = await startWindows();
});
afterAll(() => machine?.stop());

describe('a variant on Windows', () => {
  it('is made, proved, listed, updated and removed', () =>
    withWindows(machine, async (world) => {
      const from = await makeFake(world, '2.1.16');
      const made = await world.ccMirror(['quick', 'one', '--provider', 'mirror', '--from', from]);
      expect({ status: made.status, error: made.document.error }).toEqual({ status: 0 });
      const { data } = made.document;
      expect(data).toMatchObject({
        launcher: `${world.home}\\bin\\one.cmd`,
        claudeVersion: '2.1.16',
        probe: { tasks: true, teams: true, skills: ['orchestration'] },
      });
      for (const path of [data.configDir, data.bundle.path]) {
        expect(path.slice(0, world.home.length + 5)).toBe(`${world.home}\\one\\`);
        expect(path).not.toContain('/');
      }
      expect((await world.ccMirror(['info', 'one'])).document.data).toEqual(data);
      const list = (await world.ccMirror(['list'])).document.data;
      expect(list).toMatchObject({ variants: [{ name: 'one' }], unreadable: [] });

      expect((await world.ccMirror(['update', 'one'])).status).toBe(0);
      const next = await makeFake(world, '2.1.17');
      const updated = await world.ccMirror(['update', 'one', '--from', next]);
      expect(updated.document.data.variants[0]).toMatchObject({
        claudeVersion: '2.1.17',
        launcher: data.launcher,
        configDir: data.configDir,
      });
      expect((await world.launch(data.launcher, 'exit 5')).status).toBe(5);

      expect((await world.ccMirror(['remove', 'one', '--yes'])).status).toBe(0);
      expect((await world.ccMirror(['info', 'one'])).status).toBe(3);
      expect((await readdir(world.linux(world.home))).sort()).toEqual(['.store', 'bin']);
      expect(await readdir(world.linux(`${world.home}\\bin`))).toEqual([]);
    }));

  it('has hooks that Git Bash and Node understand', () =>
    withWindows(machine, async (world) => {
      const from = await makeFake(world, '2.1.16');
      const { data } = (
        await world.ccMirror(['quick', 'one', '--provider', 'mirror', '--no-probe', '--from', from])
      ).document;
      const settings = JSON.parse(
        await readFile(world.linux(`${data.configDir}\\settings.json`), 'utf8'),
      );
      const command: string = settings.hooks.PreToolUse[0].hooks[0].command;
      const [path = ''] = [...command.matchAll(/'([^']*)'/g)].map((word) => word[1]);
      const script = await readFile(world.linux(path.replaceAll('/', '\\')), 'utf8');
      const [, program = ''] = /^program='(.*)'$/m.exec(script) ?? [];
      const [, node = ''] = /^node='(.*)'$/m.exec(script) ?? [];
      expect(command + program + node).not.toContain('\\');
      const { status, stdout, stderr } = await machine.run({
        command: node,
        args: [program],
        cwd: world.project,
        env: world.environment,
        input: JSON.stringify({
          hook_event_name: 'PreToolUse',
          session_id: 'x',
          cwd: world.project,
          tool_name: 'Bash',
          tool_input: {},
          tool_use_id: 'y',
        }),
      });
      expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
      expect(stdout).toBe('');
    }));

  it('is not made twice by two commands at once, and both get their turn', () =>
    withWindows(machine, async (world) => {
      const from = await makeFake(world, '2.1.16');
      const quick = (name: string) =>
        world.ccMirror(['quick', name, '--provider', 'mirror', '--no-probe', '--from', from]);
      const made = await Promise.all(['a', 'b', 'c', 'A'].map(quick));
      const statuses = made.map(({ status }) => status);
      // A folder's name is the same in capitals: one of `a` and `A` came first.
      expect(statuses.filter((status) => status === 0)).toHaveLength(3);
      expect(statuses.filter((status) => status === 7)).toHaveLength(1);
      const { variants } = (await world.ccMirror(['list'])).document.data;
      expect(variants).toHaveLength(3);
      for (const { name, launcher } of variants) {
        expect(launcher).toBe(`${world.home}\\bin\\${name}.cmd`);
        expect((await world.launch(launcher, 'exit 5')).status).toBe(5);
      }
    }));

  it('is whole after a command that was killed at any moment', () =>
    withWindows(machine, async (world) => {
      const from = await makeFake(world, '2.1.16');
      const next = await makeFake(world, '2.1.17');
      const args = ['--provider', 'mirror', '--no-probe', '--from', from];
      const { data } = (await world.ccMirror(['quick', 'one', ...args])).document;
      const update = ['update', 'one', '--no-probe', '--from'];
      for (const wait of [500, 700, 900, 1100, 1300]) {
        const killed = new AbortController();
        const running = world.ccMirror([...update, next], { signal: killed.signal });
        setTimeout(() => killed.abort(), wait);
        // Ended, or killed: both leave a variant.
        await Promise.allSettled([running]);
        const { status, document } = await world.ccMirror(['info', 'one']);
        expect({ status, error: document.error }).toEqual({ status: 0 });
        expect((await world.launch(data.launcher, 'exit 5')).status).toBe(5);
        expect((await world.ccMirror([...update, from])).status).toBe(0);
      }
    }));

  it('goes back to what it was', () =>
    withWindows(machine, async (world) => {
      const args = ['--provider', 'mirror', '--no-probe', '--from'];
      const made = await world.ccMirror(['quick', 'one', ...args, await makeFake(world, '2.1.16')]);
      const { launcher } = made.document.data;
      const next = await makeFake(world, '2.1.17');
      await world.ccMirror(['update', 'one', '--no-probe', '--from', next]);
      const { status, document } = await world.ccMirror(['rollback', 'one']);
      expect({ status, error: document.error }).toEqual({ status: 0 });
      const { data } = (await world.ccMirror(['info', 'one'])).document;
      expect(data).toMatchObject({ claudeVersion: '2.1.16', launcher });
      expect((await world.launch(launcher, 'exit 5')).status).toBe(5);
    }));
});
