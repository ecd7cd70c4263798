import { mkdir, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { expect } from 'vitest';
import { type MessagesRequest, startApi } from '../../../src/probe/api.ts';
import type { Reply } from '../../../src/probe/messages.ts';
import { readIfExists } from '../../../src/disk/sync-read.ts';
import { type Step, playCast } from '../session/cast.ts';
import { type World, testKey, withKey, withVariant } from '../claude.ts';
import { trust } from './session-checks.ts';
import { ask, withTerminal } from '../session/terminal.ts';

const leading = 'make the team';
const helping = 'say hello to the team';

const call = (name: string, input: object): Reply => ({
  type: 'tool_use',
  calls: [{ name, input: { ...input } }],
});
const mate = call('Agent', {
  name: 'mate',
  team_name: 'crew',
  description: 'greets',
  prompt: helping,
  subagent_type: 'general-purpose',
});
const done: Reply = { type: 'text', text: 'done' };
/** Builds that know teams by name have one made first. */
const byName =
  (named: Reply, unnamed: Reply): Step =>
  ({ body }) =>
    body.tools?.some(({ name }) => name === 'TeamCreate') ? named : unnamed;

/**
 * A teammate in a pane of tmux is the variant as its leader is: by key, model and task tools, and
 * with the same task list.
 */
export async function checkTeammate(world: World, source: readonly string[]): Promise<void> {
  const create = call('TeamCreate', { team_name: 'crew', description: 'greets' });
  const { responder, performances } = playCast([
    { cue: leading, steps: [byName(create, mate), byName(mate, done)] },
    {
      cue: helping,
      steps: [call('TaskCreate', { subject: 'greet', description: 'Say hello.' }), done],
    },
  ]);
  const api = await startApi(responder);
  const project = join(world.home, 'project');
  await mkdir(join(project, '.git'), { recursive: true });
  const env = {
    ...world.environment,
    TERM: 'xterm-256color',
    TEST_KEY: testKey,
    CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '1',
    HTTPS_PROXY: api.url,
    NO_PROXY: '127.0.0.1',
  };
  // Without a model for the session: then 2.1.112 would ask for an Anthropic model by its id.
  const tiers = ['opus', 'sonnet', 'haiku'].flatMap((tier) => [`--model-${tier}`, 'some-model']);
  const custom = ['--provider', 'custom', '--base-url', api.url, ...tiers];
  const args = [...custom, '--api-key-env', 'TEST_KEY', ...source];
  try {
    await withVariant(withKey(world), 'team', args, async (data) => {
      await trust(data.configDir, project);
      const session = {
        command: data.launcher,
        args: ['--teammate-mode', 'tmux', '--permission-mode', 'acceptEdits'],
        cwd: project,
        env,
        folder: world.home,
        knowsTmux: true,
      };
      await withTerminal(session, async (terminal) => {
        await terminal.until(/shift\+tab|for shortcuts/);
        await ask(terminal, leading);
        for (let i = 0; i < 300 && !performances.get(helping)?.done; i++) await delay(200);
      });
      const [leader, helper] = [leading, helping].map(
        (cue) => performances.get(cue)?.requests.at(-1) ?? undefined,
      );
      expect(helper && shown(helper)).toEqual({
        authorization: `Bearer ${testKey}`,
        model: 'some-model',
        tools: expect.arrayContaining(['TaskCreate', 'TaskGet', 'TaskList', 'TaskUpdate']),
      });
      expect(leader && shown(leader)).toEqual(helper && shown(helper));
      const lists = await readdir(join(data.configDir, 'tasks'));
      const list = lists.find((name) => /^team-project-\d+$/.test(name)) ?? lists.join();
      const task = join(data.configDir, 'tasks', list, '1.json');
      expect(JSON.parse(readIfExists(task) ?? '{}')).toMatchObject({ subject: 'greet' });
      const state = await readFile(join(data.configDir, '.claude.json'), 'utf8');
      expect(JSON.parse(state)).toHaveProperty('teammateDefaultModel', null);
    });
  } finally {
    await api.close();
  }
}

function shown({ headers, body }: MessagesRequest): object {
  const tools = (body.tools ?? [])
    .map(({ name }) => name)
    .filter((name) => /^Task|Send/.test(name));
  return { authorization: headers['authorization'], model: body.model, tools };
}
