import { describe, expect, test } from 'vitest';
import { callsIn, checkCalls } from '../../../../src/skill/text/calls.ts';
import { markdownLines } from '../../../../src/skill/text/markdown.ts';
import type { Tools } from '../../../../src/skill/tools.ts';

const tools: Tools = {
  Agent: {
    required: ['prompt'],
    parameters: { prompt: null, model: ['haiku', 'opus'], run_in_background: null },
  },
  TaskList: { required: [], parameters: {} },
};

function fenced(...lines: string[]): string {
  return ['Call this:', '', '```', ...lines, '```', ''].join('\n');
}

function problemsIn(...lines: string[]): string[] {
  return checkCalls(callsIn(fenced(...lines)), tools).map(
    ({ line, message }) => `${line}: ${message}`,
  );
}

describe('callsIn', () => {
  test('finds calls of one or several lines in fenced blocks', () => {
    const text = fenced(
      'TaskList {}',
      '- Agent {"prompt": "a } \\" {"}',
      '  Agent {',
      '    "prompt": "b",',
      '    "deep": {"x": [1]}',
      '  } then wait',
      'TaskList {}',
    );
    expect(callsIn(text)).toEqual([
      { tool: 'TaskList', line: 4, input: new Map() },
      { tool: 'Agent', line: 5, input: new Map([['prompt', 'a } " {']]) },
      {
        tool: 'Agent',
        line: 6,
        input: new Map<string, unknown>([
          ['prompt', 'b'],
          ['deep', { x: [1] }],
        ]),
      },
      { tool: 'TaskList', line: 10, input: new Map() },
    ]);
  });

  test('stops at the end of the block', () => {
    const text = `${fenced('Agent {"prompt":')}${fenced('"x"}')}`;
    expect(callsIn(text)).toEqual([{ tool: 'Agent', line: 4, input: null }]);
  });

  test.each([
    ['prose', 'TaskList {}'],
    ['another form', fenced('Task(subagent_type="Explore", prompt="x")', 'Agent({"prompt": 1})')],
    ['two spaces', fenced('TaskList  {}')],
    ['code', '```ts\nAgent {"prompt": 1}\n```'],
    ['a lower-case word', fenced('agent {"prompt": "x"}')],
  ])('ignores %s', (_, text) => {
    expect(callsIn(text)).toEqual([]);
  });
});

describe('checkCalls', () => {
  test('valid calls have no findings', () => {
    expect(
      problemsIn(
        'TaskList {}',
        'Agent {"prompt": "x", "model": "opus", "run_in_background": true}',
        'Agent {"prompt": "<what to do>", "model": "<tier>"}',
        'AskUserQuestion {"anything": 1}',
        'mcp__server__find {"q": 1}',
      ),
    ).toEqual([]);
  });

  test.each([
    ['Agnt {"prompt": "x"}', 'the tool Agnt is not offered'],
    ['constructor {"prompt": "x"}', null],
    ['Agent {"prompt": "x", "modle": "opus"}', 'Agent has no parameter modle'],
    ['Agent {"prompt": "x", "toString": 1}', 'Agent has no parameter toString'],
    ['Agent {"model": "opus"}', 'Agent needs prompt'],
    ['Agent {"prompt": "x", "model": "gpt"}', 'model of Agent is "gpt", not one of: haiku, opus'],
    ['Agent {"prompt": "x", "model": true}', 'model of Agent is true, not one of: haiku, opus'],
    ['Agent {prompt: "x"}', 'the arguments of Agent are not a JSON object'],
    ['Agent {"prompt": "x",}', 'the arguments of Agent are not a JSON object'],
    ['Agent {"prompt": "x"', 'the arguments of Agent are not a JSON object'],
    ['User { id: number }', null],
  ])('%s', (line, message) => {
    expect(problemsIn(line)).toEqual(message === null ? [] : [`4: ${message}`]);
  });
});

test.each([
  ['"a": "x", "b": true, "c": ["1"], "d": 3, "e": {}', []],
  ['"a": 1', ['4: a of Some is not of type string']],
  ['"b": "true"', ['4: b of Some is not of type boolean']],
  ['"c": "1"', ['4: c of Some is not of type array']],
  ['"d": 1.5', ['4: d of Some is not of type integer']],
  ['"e": []', ['4: e of Some is not of type object']],
  ['"b": "<true or false>"', []],
])('checks values against the types of the schema: {%s}', (values, expected) => {
  const names = { a: 'string', b: 'boolean', c: 'array', d: 'integer', e: 'object' };
  const parameters = { a: null, b: null, c: null, d: null, e: null };
  const some = { required: [], parameters, types: names };
  const found = checkCalls(callsIn(fenced(`Some {${values}}`)), { Some: some });
  expect(found.map(({ line, message }) => `${line}: ${message}`)).toEqual(expected);
});

test('separates code blocks from prose in lists and quotes, by the length of their fence', () => {
  const text =
    '- ```json\n  a\n  ```\n> ~~~\n> ```\n> ~~~\n````md\n```\nb\n```\n````\n``` x ``` \nc';
  const seen = markdownLines(text).map(({ number, block }) => [number, block?.language ?? null]);
  expect(seen).toEqual([
    [2, 'json'],
    [5, ''],
    [8, 'md'],
    [9, 'md'],
    [10, 'md'],
    [12, null],
    [13, null],
  ]);
});
