import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'vitest';
import type { Reply } from '../../../src/probe/messages.ts';
import { type Step, resultsIn } from '../session/cast.ts';
import { callTools } from '../session/loopback.ts';
import {
  type Call,
  type Router,
  begin,
  checkGraph,
  checkMemory,
  complete,
  conversation,
} from './pack.ts';

export const issue = 'src/greeting.txt:1 the name is missing';
export const hint = 'src/greeting.txt:1 nobody learns of an unknown name';

/** The user's own text, with line breaks of Windows and no section Decisions. */
export const head =
  '# Unser Gedächtnis 日本\r\n\r\nNotes  \r\n## Current Focus\r\n- old focus\r\n\r\n## Recent Changes\r\n\r\n## Next Steps\r\n- ask Zoë\r\n\r\n';
export const tail =
  '## Learnings\r\n- keep this\r\n\r\n## References\r\n- Plan: N/A\r\n\r\n## Blockers\r\n\r\n## Last Updated\r\n2026-01-01';

/** By id: subject and what each waits for at the end. */
export const graph: readonly [subject: string, waitsFor: readonly string[]][] = [
  ['ROUTER BUILD: greeting', ['6']],
  ['ROUTER component-builder: greeting', []],
  ['ROUTER code-reviewer: greeting', ['2']],
  ['ROUTER silent-failure-hunter: greeting', ['2']],
  ['ROUTER integration-verifier: greeting', ['3', '4', '7', '8', '9']],
  ['ROUTER Memory Update: greeting', ['5', '7']],
  ['ROUTER REM-FIX: code-reviewer, no name', []],
  ['ROUTER code-reviewer: Re-review no name', ['7']],
  ['ROUTER silent-failure-hunter: Re-hunt no name', ['7']],
];

/** The list on disk is this graph, in these states. */
export async function checkStore(router: Router, states: readonly string[]): Promise<void> {
  await checkGraph(
    router,
    graph.map(([subject, waitsFor], index) => [subject, waitsFor, states[index] ?? 'none']),
  );
}

/** The next calls, once the last results hold what they should. */
export function given(
  wanted: readonly (string | RegExp)[],
  calls: () => Call[] | Promise<Call[]>,
): Step {
  return async (request): Promise<Reply> => {
    const results = resultsIn(request).join('\n');
    for (const each of wanted) expect(results).toMatch(each);
    return callTools(...(await calls()));
  };
}

/** What the router itself does, from loading its skill to the last task. */
export async function mainSteps(router: Router): Promise<Step[]> {
  const { project, memory, read, edit, reference } = router;
  const words: Record<string, string> = {
    'absolute path': project,
    'absolute path of the project': project,
    feature: 'greeting',
    'agent, issue': 'code-reviewer, no name',
    issue: 'no name',
    'remediation_reason, word for word': issue,
    'parent id': '1',
    'verifier id': '5',
    'memory id': '6',
    'fix id': '7',
    're-review id': '8',
    're-hunt id': '9',
    'what was learned': 'Greetings are plain text.',
    agent: 'component-builder',
    date: 'today',
    ...Object.fromEntries(['1', '2', '3', '4', '5', '6'].map((id) => [id, id])),
  };
  const of = (calls: readonly Call[], name: string): Call[] =>
    calls.filter(([tool]) => tool === name);
  const build = await router.calls('references/build.md', words);
  const remediation = (await router.calls('references/contract-and-remediation.md', words)).filter(
    // The text before it is about missing contracts.
    (_, index, all) =>
      index >= all.findIndex(([, { subject }]) => String(subject).includes('REM-FIX')),
  );
  const learning = of(await router.calls('references/memory.md', words), 'Edit');
  const agent = (name: string, cue: string, findings = 'none'): Promise<Call> =>
    router.agent(`router-${name}`, cue, { Request: 'a greeting', 'Earlier findings': findings });
  const review = (cues: readonly [string, string]): Call[] => {
    const named = of(build, router.worker);
    expect(named.map(([, { subagent_type: type }]) => type)).toEqual([
      'router-code-reviewer',
      'router-silent-failure-hunter',
    ]);
    return named.map(([tool, input], index) => [tool, { ...input, prompt: cues[index] }]);
  };
  const edges = of(build, 'TaskUpdate');
  const creates = of(build, 'TaskCreate');
  const rows = graph
    .slice(0, 6)
    .map(
      ([subject, waits], index) =>
        `| ${index + 1} | ${subject} | ${waits.join(', ') || 'none'} | pending |`,
    );
  return [
    callTools(['Skill', { skill: 'router' }]),
    async (request): Promise<Reply> => {
      expect(conversation(request)).toContain('MEMORY_LOADED');
      expect(conversation(request)).toContain('context.md lacked the sections Decisions;');
      expect(await readFile(memory('context.md'), 'utf8')).toBe(
        `${head}## Decisions\r\n\r\n${tail}`,
      );
      await checkMemory(router);
      return callTools(...read('context.md', 'patterns.md', 'progress.md'), ['TaskList', {}]);
    },
    given(['- ask Zoë', '## Common Gotchas', '## Current Workflow', 'No tasks found'], () => [
      reference('build'),
    ]),
    given(['ROUTER Memory Update: <feature>'], () => creates.slice(0, 1)),
    // One at a time: calls in one message number the tasks in any order, and lose edges.
    ...creates.slice(1).map((call) => callTools(call)),
    ...edges.map((call) => callTools(call)),
    callTools(['TaskList', {}]),
    given([/#5 .*integration-verifier: greeting.* \[blocked by #3, #4\]/u], () => [
      ['Write', { file_path: memory('findings.md'), content: '# Findings\n' }],
      edit(
        'progress.md',
        '## Current Workflow\n',
        '## Current Workflow\n- Workflow: BUILD full, parent 1\n- State: active\n',
      ),
      edit(
        'progress.md',
        '## Tasks\n',
        `## Tasks\n| id | task | waits for | state |\n|---|---|---|---|\n${rows.join('\n')}\n`,
      ),
    ]),
    given([/findings.md/u, /progress.md has been updated/u], async () => [
      ...begin(router, '2'),
      await agent('component-builder', 'BUILDER-2'),
    ]),
    given([/### Router Contract\n *status: PASS/u], () => [
      edit('findings.md', '# Findings\n', '# Findings\n## 2 component-builder\nPASS\n'),
      ...complete(router, '2'),
    ]),
    callTools(...begin(router, '3', '4'), ...review(['REVIEWER-3', 'HUNTER-4'])),
    given(
      [/status: CHANGES_REQUESTED\n *blocking: true/u, /status: APPROVE\n *blocking: false/u, hint],
      () => [
        edit(
          'findings.md',
          '# Findings\n',
          `# Findings\ncode-reviewer: CHANGES_REQUESTED; ${issue}\nsilent-failure-hunter: APPROVE; ${hint}\n`,
        ),
        ...complete(router, '3', '4'),
        reference('contract-and-remediation'),
      ],
    ),
    ...of(remediation, 'TaskCreate').map((call) => callTools(call)),
    ...of(remediation, 'TaskUpdate').map((call) => callTools(call)),
    async (): Promise<Reply> => {
      const { completed, pending } = router;
      const done = ['2', '3', '4'];
      await checkStore(
        router,
        graph.map((_, index) => (done.includes(`${index + 1}`) ? completed : pending)),
      );
      return callTools(...begin(router, '7'), await agent('component-builder', 'BUILDER-7', issue));
    },
    given(['status: PASS'], () => complete(router, '7')),
    callTools(...begin(router, '8', '9'), ...review(['REVIEWER-8', 'HUNTER-9'])),
    given(['status: APPROVE'], () => [...complete(router, '8', '9'), ...read('findings.md')]),
    async (request): Promise<Reply> => {
      const findings = resultsIn(request).join('\n');
      return callTools(
        ...begin(router, '5'),
        await agent('integration-verifier', 'VERIFIER-5', findings),
      );
    },
    given(['status: PASS'], () => [
      ...complete(router, '5'),
      ...begin(router, '6'),
      reference('memory'),
    ]),
    given(['## The Memory Update task'], () => read('context.md', 'patterns.md', 'progress.md')),
    callTools(
      ...learning,
      edit(
        'patterns.md',
        '## Common Gotchas\n',
        '## Common Gotchas\n- a greeting without a name\n',
      ),
      edit('progress.md', 'State: active', 'State: done'),
      ['Write', { file_path: join(project, 'own.txt'), content: 'x' }],
    ),
    given(
      [
        /context.md has been updated/u,
        /patterns.md has been updated/u,
        /progress.md has been updated/u,
        /permission/u,
      ],
      () => [edit('progress.md', '## Verification\n', '')],
    ),
    async (request): Promise<Reply> => {
      expect(conversation(request)).toContain('progress.md lacked the sections Verification;');
      await checkMemory(router);
      return callTools(...read('progress.md'));
    },
    given(['## Verification'], () => [
      edit('progress.md', '## Verification\n', '## Verification\n- true -> exit 0\n'),
    ]),
    given([/progress.md has been updated/u], () => complete(router, '6')),
    async (): Promise<Reply> => {
      await checkStore(
        router,
        graph.map((_, index) => (index === 0 ? router.pending : router.completed)),
      );
      return callTools(...complete(router, '1'));
    },
    { type: 'text', text: 'Built.' },
  ];
}
