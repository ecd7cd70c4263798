import { describe, expect, test } from 'vitest';
import { renderTemplate, templateProblems } from '../../../src/skill/template.ts';
import { type Tools, assumedTools, workerToolOf } from '../../../src/skill/tools.ts';
import { ownModels, viewOf } from '../../../src/skill/view.ts';

/** The tools of the oldest builds with task tools. */
const oldest: Tools = {
  Task: {
    required: ['description', 'prompt', 'subagent_type'],
    parameters: { description: null, prompt: null, subagent_type: null, model: ['opus', 'haiku'] },
  },
  TaskCreate: { required: ['subject'], parameters: { subject: null } },
  TaskGet: { required: ['taskId'], parameters: { taskId: null } },
  TaskList: { required: [], parameters: {} },
  TaskUpdate: {
    required: ['taskId'],
    parameters: { taskId: null, status: ['open', 'resolved'], addBlocks: null },
  },
};

const rendered = (text: string, tools: Tools, models = ownModels): string =>
  renderTemplate(text, viewOf({ tools, models }));

describe('a template', () => {
  test.each([
    [
      '{{worker.tool}} {{worker.models}}',
      'Task `haiku`, `opus`',
      'Agent `haiku`, `sonnet`, `opus`',
    ],
    ['{{#worker.background}}b{{/worker.background}}', '', 'b'],
    ['{{status.pending}} {{status.completed}}', 'open resolved', 'pending completed'],
    ['{{^status.in_progress}}never{{/status.in_progress}}', 'never', ''],
    ['{{#tasks}}t{{/tasks}}{{^tasks}}n{{/tasks}}', 't', 't'],
    ['{{#has.TaskUpdate.owner}}o{{/has.TaskUpdate.owner}}', '', 'o'],
    // A section does not hide the view's own names behind those of the tool's parameters.
    ['{{#has.TaskUpdate}}{{status.pending}}{{/has.TaskUpdate}}', 'open', 'pending'],
    ['{{^has.Bash.filter}}{{^has.Nothing}}n{{/has.Nothing}}{{/has.Bash.filter}}', 'n', 'n'],
    ['a < b && "c"', 'a < b && "c"', 'a < b && "c"'],
    ['x\n{{#tasks}}\ny\n{{/tasks}}\nz', 'x\ny\nz', 'x\ny\nz'],
  ])('%s', (text, forOldest, forNewer) => {
    expect(rendered(text, oldest)).toBe(forOldest);
    expect(rendered(text, assumedTools(true))).toBe(forNewer);
  });

  test('without task tools', () => {
    expect(rendered('{{^tasks}}none{{/tasks}}', assumedTools(false))).toBe('none');
  });

  test.each([
    [{}, 'choose '],
    [{ haiku: 'h', sonnet: 's', opus: 's' }, 'choose h'],
    [{ haiku: 'm', sonnet: 'm', opus: 'm' }, 'one m'],
    [{ haiku: 'h', subagent: 's' }, 'one h'],
  ])('with the models %j', (models, expected) => {
    const text =
      '{{#models.one}}one{{/models.one}}{{^models.one}}choose{{/models.one}} {{models.haiku}}';
    expect(rendered(text, oldest, { ...ownModels, ...models })).toBe(expected);
  });
});

test.each([
  ['{{worker.tool}} {{&worker.models}} {{{models.opus}}} {{! has.Any }}', []],
  [
    '{{#status.deleted}}{{^has.Any.thing}}{{#models.one}}x{{/models.one}}{{/has.Any.thing}}{{/status.deleted}}',
    [],
  ],
  ['{{>tasks}} {{=<% %>=}}', ['>tasks', '=<% %>']],
  ['{{worker_tool}} {{#tasks}}{{nope.x}}{{/tasks}}', ['worker_tool', 'nope.x']],
  ['{{has}}', ['has']],
])('finds unknown names in %s: %j', (text, unknown) => {
  expect(templateProblems(text)).toEqual(unknown.map((name) => `templates have no {{${name}}}`));
});

test.each([
  'has.Glob',
  'has.Glob.path',
  'tasks',
  'worker.model',
  'worker.background',
  'models.one',
])('%s may be used in sections only', (name) => {
  expect(templateProblems(`{{#${name}}}x{{/${name}}}{{^${name}}}y{{/${name}}}`)).toEqual([]);
  expect(templateProblems(`{{${name}}} {{{${name}}}} {{#tasks}}{{${name}}}{{/tasks}}`)).toEqual([
    `{{${name}}} is not text: write {{#${name}}}…{{/${name}}}`,
  ]);
});

test.each(['{{#tasks}}open', '{{/tasks}}', '{{#tasks}}{{/worker.tool}}', '{{tasks'])(
  '%s has a single problem: it is not closed',
  (text) => {
    expect(templateProblems(text)).toHaveLength(1);
  },
);

test.each([
  [['Bash', 'Agent', 'TaskCreate'], 'Agent'],
  [['Bash', 'Task', 'TaskOutput'], 'Task'],
  [['Task', 'Agent'], 'Agent'],
  [['TaskCreate', 'TaskStop'], null],
])('among %j the worker tool is %s', (names, expected) => {
  const tools = Object.fromEntries(names.map((name) => [name, { required: [], parameters: {} }]));
  expect(workerToolOf(tools)).toBe(expected);
});
