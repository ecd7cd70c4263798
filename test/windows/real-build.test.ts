import { cp, mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fetchBuild } from '../support/claude.ts';
import { type WindowsMachine, startWindows } from '../support/windows/machine.ts';
import { mendSockets, withWindows } from '../support/windows/world.ts';

let machine: WindowsMachine;
beforeAll(async () => {
  machine = await startWindows();
});
afterAll(() => machine?.stop());

/** The last published build that is JavaScript; wine cannot start the native ones. */
const version = '2.1.112';

describe('a published build on Windows', () => {
  it('is proved, runs from its launcher, is updated and removed', () =>
    withWindows(machine, async (world) => {
      const bundle = await fetchBuild(version);
      const from = `${world.user}\\claude code`;
      await cp(dirname(bundle.file), world.linux(from), { recursive: true });
      await mendSockets(world.linux(`${from}\\cli.js`));
      // It asks for Git's bash on Windows, and looks only whether that is there.
      const bash = `${world.user}\\Git\\bin\\bash.exe`;
      await mkdir(dirname(world.linux(bash)), { recursive: true });
      await writeFile(world.linux(bash), '');
      const options = { environment: { CLAUDE_CODE_GIT_BASH_PATH: bash } };

      const args = ['quick', 'one', '--provider', 'mirror', '--from', from];
      const { status, document } = await world.ccMirror(args, options);
      expect({ status, error: document.error }).toEqual({ status: 0 });
      expect(document.data).toMatchObject({
        claudeVersion: version,
        capabilities: { tasks: { state: 'on' }, teams: { state: 'on' } },
        probe: { tasks: true, teams: true, skills: expect.arrayContaining(['orchestration']) },
      });
      const { launcher, configDir } = document.data;
      const told = await world.launch(launcher, '--version', options);
      expect(told).toMatchObject({ status: 0, stdout: `${version} (Claude Code)\n` });
      const settings = JSON.parse(
        await readFile(world.linux(`${configDir}\\settings.json`), 'utf8'),
      );
      expect(Object.keys(settings.hooks)).not.toEqual([]);

      expect((await world.ccMirror(['update', 'one'], options)).status).toBe(0);
      expect((await world.ccMirror(['remove', 'one', '--yes'])).status).toBe(0);
    }));
});
