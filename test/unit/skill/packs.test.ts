import { describe, expect, test } from 'vitest';
import { shippedPackIds, shippedPacks } from '../../../src/skill/pack-source.ts';
import { type CheckOptions, checkPack } from '../../../src/skill/check/check-pack.ts';
import { packCost } from '../../../src/skill/cost.ts';
import { type ToolShape, type Tools, assumedTools } from '../../../src/skill/tools.ts';
import { ownModels, viewOf } from '../../../src/skill/view.ts';

/** Parameters by name: `*` marks required ones, `=` lists allowed values. */
function shape(parameters: string): ToolShape {
  const words = parameters.split(' ').filter((word) => word !== '');
  const entries = words.map((word): [string, string[] | null] => {
    const [name = '', choices] = word.replace('*', '').split('=');
    return [name, choices?.split('|') ?? null];
  });
  const required = words.filter((word) => word.includes('*')).map((word) => word.split(/[*=]/)[0]!);
  return { required, parameters: Object.fromEntries(entries) };
}

const shapes = (tools: Record<string, string>): Tools =>
  Object.fromEntries(Object.entries(tools).map(([name, text]) => [name, shape(text)]));

const files = shapes({
  Read: 'file_path* offset limit',
  Write: 'file_path* content*',
  Edit: 'file_path* old_string* new_string* replace_all',
  Bash: 'command* timeout description run_in_background',
  WebFetch: 'url* prompt*',
  WebSearch: 'query* allowed_domains blocked_domains',
  NotebookEdit: 'notebook_path* new_source* cell_id cell_type edit_mode',
  Skill: 'skill* args',
});
const search = shapes({ Glob: 'pattern* path', Grep: 'pattern* path glob output_mode' });
const questions = shapes({ AskUserQuestion: 'questions* answers' });
const taskList = shapes({
  TaskCreate: 'subject* description* activeForm metadata',
  TaskGet: 'taskId*',
  TaskList: '',
  TaskUpdate:
    'taskId* subject description activeForm status=pending|in_progress|completed|deleted addBlocks addBlockedBy owner metadata',
});
const agentOf = (models: string): string =>
  `description* prompt* subagent_type model=${models} run_in_background isolation`;

// From requests of these builds, run with the task tools on.
const builds: Record<string, Tools> = {
  '2.0.77': {
    ...files,
    ...search,
    ...questions,
    ...shapes({
      LSP: 'operation* filePath* line* character*',
      TodoWrite: 'todos*',
      TaskOutput: 'task_id* block timeout',
      Task: 'description* prompt* subagent_type* model=sonnet|opus|haiku resume run_in_background',
      TaskCreate: 'subject* description*',
      TaskGet: 'taskId*',
      TaskList: '',
      TaskUpdate:
        'taskId* subject description status=open|resolved addComment addReferences addBlocks addBlockedBy',
    }),
  },
  '2.1.112': {
    ...files,
    ...search,
    ...questions,
    ...taskList,
    ...shapes({
      Agent: `${agentOf('sonnet|opus|haiku')} name team_name mode`,
      SendMessage: 'to* message* summary',
      TaskOutput: 'task_id* block timeout',
      TaskStop: 'task_id shell_id',
    }),
  },
  '2.1.329': {
    ...files,
    ...taskList,
    ...shapes({
      Agent: `${agentOf('sonnet|opus|haiku|fable')} effort`,
      SendMessage: 'to* message* summary',
      TaskStop: 'task_id shell_id',
    }),
  },
  '2.1.329 without tasks': {
    ...files,
    ...shapes({ Agent: agentOf('sonnet|opus|haiku|fable'), SendMessage: 'to* message* summary' }),
  },
};

const agents = ['general-purpose', 'Explore', 'Plan'];
const one = { haiku: 'm-1', sonnet: 'm-1', opus: 'm-1', subagent: null };
const mapped = { haiku: 'm-small', sonnet: 'm-middle', opus: 'm-large', subagent: null };

const settings: [string, CheckOptions][] = [
  ['no build', { tools: null, agents: null, models: ownModels }],
  ...Object.entries(builds).map(([name, tools]): [string, CheckOptions] => [
    name,
    { tools, agents, models: ownModels },
  ]),
  ['2.1.329, all tiers one model', { tools: builds['2.1.329']!, agents, models: one }],
  ['2.1.112, a model for each tier', { tools: builds['2.1.112']!, agents, models: mapped }],
];

describe.each(settings)('for %s', (_, options) => {
  test('no shipped pack has findings', async () => {
    for (const pack of await shippedPacks()) expect(await checkPack(pack, options)).toEqual([]);
  });

  test('a session pays under 500 tokens for all shipped packs', async () => {
    const view = viewOf({ tools: options.tools ?? assumedTools(true), models: options.models });
    const costs = await Promise.all((await shippedPacks()).map((pack) => packCost(pack, view)));
    expect(costs.reduce((sum, { tokens }) => sum + tokens.start, 0)).toBeLessThan(500);
  });
});

test('a shipped pack, its folder and its own skill have the same name', async () => {
  const packs = await shippedPacks();
  expect(packs.map(({ id }) => id)).toEqual(shippedPackIds());
  for (const { id, skills, templates } of packs) {
    expect(templates).toBe(true);
    expect(skills[0]).toMatchObject({ name: id, description: expect.stringContaining('Use when') });
  }
});
