import { existsSync } from 'node:fs';
import { mkdir, readFile, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { expect } from 'vitest';
import { breakingProxy } from '../../../src/doctor/checks/check-bundle.ts';
import { systemCode } from '../../../src/errors.ts';
import type { MessagesRequest } from '../../../src/probe/api.ts';
import type { Reply } from '../../../src/probe/messages.ts';
import { resultsIn } from '../session/cast.ts';
import type { World } from '../claude.ts';
import { callTools } from '../session/loopback.ts';
import { withStage } from '../session/stage.ts';

/** The rules hold on when Node.js is where it was no more, and when there is none at all. */
export async function checkNodeMoved(world: World, version: string): Promise<void> {
  await withStage(world, `moved-${version}`, ['--claude-version', version], async (stage) => {
    const own = join(stage.project, 'own.txt');
    const script = join(stage.configDir, '..', 'hooks', 'rules.sh');
    const text = await readFile(script, 'utf8');
    const writes = async (prompt: string, environment = {}): Promise<boolean> => {
      const cue = `MAIN-${prompt}`;
      const steps = [
        callTools(['Skill', { skill: 'orchestration' }]),
        callTools(['Write', { file_path: own, content: 'x' }]),
        { type: 'text', text: 'done' } as const,
      ];
      const played = await stage.play(cue, [{ cue, steps }], { environment });
      expect(played).toMatchObject({ exitCode: 0, stderr: '' });
      expect(played.performances.get(cue)?.done).toBe(true);
      const written = existsSync(own);
      await rm(own, { force: true });
      return written;
    };
    await writeFile(script, text.replace(/^node=.*$/m, "node='/gone/22.1.0/bin/node'"));
    expect(await writes('PATH')).toBe(false);
    const PATH = await withoutNode(join(world.home, `bin-without-node-${version}`));
    // Without Node.js a JavaScript build is not even started, unless that goes while it runs.
    const native = stage.data.bundle.kind === 'native';
    expect(await writes('NONE', { PATH })).toBe(!native);
    const sessions = join(stage.configDir, '..', 'hooks', 'sessions');
    const kept = (await readdir(sessions, { recursive: true })).map(String);
    expect(kept.filter((name) => name.endsWith('no-node'))).toHaveLength(native ? 0 : 1);
  });
}

/** A list that was made when lists had only a folder's name is the project's after an update. */
export async function checkListGoesOn(world: World, version: string): Promise<void> {
  const name = `lists-${version}`;
  await withStage(world, name, ['--claude-version', version], async (stage) => {
    const done = { type: 'text', text: 'done' } as const;
    const create = callTools(['TaskCreate', { subject: 'Go on', description: 'Later.' }]);
    const earlier = `${name}-${basename(stage.project)}`;
    const environment = { CLAUDE_CODE_TASK_LIST_ID: earlier };
    const first = [{ cue: 'MAIN-FIRST', steps: [create, done] }];
    await stage.play('MAIN-FIRST', first, { environment });
    const path = join(stage.configDir, '..', 'variant.json');
    const { earlierLists: _, ...record } = JSON.parse(await readFile(path, 'utf8'));
    await writeFile(path, JSON.stringify(record));
    expect(await world.ccMirror(['update', name])).toMatchObject({ status: 0 });
    let listed = '';
    const look = (request: MessagesRequest): Reply => {
      listed = resultsIn(request).join();
      return done;
    };
    const second = [{ cue: 'MAIN-SECOND', steps: [callTools(['TaskList', {}]), look] }];
    await stage.play('MAIN-SECOND', second);
    expect(listed).toContain('Go on');
    const lists = await readdir(join(stage.configDir, 'tasks'));
    expect(lists.filter((list) => list.startsWith(name.replaceAll('.', '-')))).toHaveLength(1);
  });
}

/** A session reaches a provider on this machine past every proxy that the shell names. */
export async function checkLocalProvider(world: World, version: string): Promise<void> {
  await withStage(world, `local-${version}`, ['--claude-version', version], async (stage) => {
    const dead = 'http://127.0.0.1:9';
    const names = ['HTTP_PROXY', 'HTTPS_PROXY', 'ALL_PROXY'];
    const proxies = [...names, ...names.map((name) => name.toLowerCase())];
    const environment = Object.fromEntries(proxies.map((name) => [name, dead]));
    const { name, bundle } = stage.data;
    if (breakingProxy(bundle.kind, process.versions.node, environment) !== null) {
      const { stdout } = await stage.play('MAIN-NONE', [], { environment });
      expect(stdout).toContain('Unable to connect');
      const doctor = ['doctor', name, '--no-probe'];
      const { document } = await world.ccMirror(doctor, { environment });
      expect(JSON.stringify(document.data)).toMatch(
        /cannot connect on .* while HTTPS_PROXY is set/,
      );
      return;
    }
    const steps = [{ type: 'text', text: 'here' } as const];
    for (const more of [{ NO_PROXY: '' }, { NO_PROXY: 'a.example', no_proxy: 'b.example' }]) {
      const options = { environment: { ...environment, ...more } };
      const { stdout } = await stage.play('MAIN-LOCAL', [{ cue: 'MAIN-LOCAL', steps }], options);
      expect(stdout).toContain('here');
    }
  });
}

/** A PATH with the programs of this one, but for Node.js. */
async function withoutNode(folder: string): Promise<string> {
  await mkdir(folder);
  for (const bin of ['/usr/bin', '/bin']) {
    for (const name of await readdir(bin)) {
      if (/^node(js)?$/.test(name)) continue;
      await symlink(join(bin, name), join(folder, name)).catch(thereAlready);
    }
  }
  return folder;
}

/** /bin may be a link to /usr/bin. */
function thereAlready(error: unknown): void {
  if (systemCode(error) !== 'EEXIST') throw error;
}
