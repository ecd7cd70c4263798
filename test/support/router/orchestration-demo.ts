import { existsSync } from 'node:fs';
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'vitest';
import type { MessagesRequest } from '../../../src/probe/api.ts';
import type { Reply, ToolCall } from '../../../src/probe/messages.ts';
import { Meeting, type Part, type Performance, type Step, resultsIn } from '../session/cast.ts';
import type { World } from '../claude.ts';
import { callTools } from '../session/loopback.ts';
import { type Stage, withStage } from '../session/stage.ts';

/** The six tasks of an API, and what each waits for. */
const plan = [
  { subject: 'Design the API', waitsFor: [], model: 'opus', file: 'design.md' },
  { subject: 'Create the project structure', waitsFor: [], model: 'haiku', file: 'app.txt' },
  { subject: 'Implement the data models', waitsFor: [1, 2], model: 'sonnet', file: 'models.txt' },
  { subject: 'Implement the endpoints', waitsFor: [3], model: 'sonnet', file: 'endpoints.txt' },
  { subject: 'Write integration tests', waitsFor: [4], model: 'sonnet', file: 'tests.txt' },
  { subject: 'Write the documentation', waitsFor: [4], model: 'haiku', file: 'docs.md' },
] as const;

type Call = [name: string, input: ToolCall['input']];

/** What differs between the builds, as the tools of the variant show it. */
interface Dialect {
  worker: 'Agent' | 'Task';
  completed: string;
  /** The call that claims a task; the oldest builds have none that the list shows. */
  claim: (id: number) => Call[];
  background: boolean;
}

function dialectOf({ data }: Stage): Dialect {
  const worker = data.probe.tools.includes('Agent') ? 'Agent' : 'Task';
  const oldest = data.claudeVersion.startsWith('2.0.');
  return {
    worker,
    completed: oldest ? 'resolved' : 'completed',
    claim: (id) =>
      oldest
        ? []
        : [['TaskUpdate', { taskId: `${id}`, status: 'in_progress', owner: `worker-${id}` }]],
    // Under -p the oldest builds end with the main session's turn, and their workers with them.
    background: !oldest,
  };
}

/**
 * The demo of six tasks, to its end: parallel workers, one that fails and is started again with a
 * stronger model, and a conductor and a worker that try what is not theirs to do.
 */
export async function checkDemo(world: World, version: string): Promise<void> {
  await withStage(world, `demo-${version}`, ['--claude-version', version], async (stage) => {
    const dialect = dialectOf(stage);
    const preamble = await preambleOf(stage);
    const cast = demoParts(stage, dialect, preamble);
    const { performances, exitCode, stderr } = await stage.play('MAIN-DEMO build the API', cast);
    expect({ exitCode, stderr }).toMatchObject({ exitCode: 0 });
    expect([...performances].filter(([, { done }]) => !done).map(([cue]) => cue)).toEqual([]);
    await checkStore(stage, dialect);
    checkWorkers(performances, preamble);
    for (const { file } of plan) expect(existsSync(join(stage.project, file))).toBe(true);
    expect(existsSync(join(stage.project, 'own.txt'))).toBe(false);
  });
}

/** The store holds the graph of the plan and nothing else, all of it done. */
async function checkStore(stage: Stage, { completed }: Dialect): Promise<void> {
  const stored = await stage.tasks();
  const strings = (ids: readonly number[]): string[] => ids.map(String);
  expect(
    stored.map(({ id, subject, status, blockedBy }) => ({ id, subject, status, blockedBy })),
  ).toEqual(
    plan.map(({ subject, waitsFor }, index) => ({
      id: `${index + 1}`,
      subject,
      status: completed,
      blockedBy: strings(waitsFor),
    })),
  );
}

/** Every worker had the preamble and ran on the model that was chosen for it. */
function checkWorkers(performances: ReadonlyMap<string, Performance>, preamble: string): void {
  const models = plan.map(({ model }, index) => [cueOf(index + 1), model] as const);
  for (const [cue, model] of [...models, ['WORK-4-AGAIN', 'opus'] as const]) {
    const [first] = performances.get(cue)?.requests ?? [];
    expect(first?.body.model).toMatch(new RegExp(model));
    expect(JSON.stringify(first?.body.messages)).toContain(
      JSON.stringify(preamble.split('\n')[0]).slice(1, -1),
    );
  }
}

function cueOf(id: number): string {
  return `WORK-${id} `;
}

function demoParts(stage: Stage, dialect: Dialect, preamble: string): Part[] {
  const path = (file: string): string => join(stage.project, file);
  const reference = join(stage.configDir, 'skills/orchestration/references/testing.md');
  const start = (id: number, cue = cueOf(id), model: string = plan[id - 1]!.model): Call => [
    dialect.worker,
    {
      description: plan[id - 1]!.subject,
      subagent_type: 'general-purpose',
      model,
      run_in_background: dialect.background,
      prompt: `${cue}${preamble}`,
    },
  ];
  const create = (id: number): Reply =>
    callTools(['TaskCreate', { subject: plan[id - 1]!.subject, description: 'See the plan.' }]);
  const close = (...ids: number[]): Call[] =>
    ids.map((id) => ['TaskUpdate', { taskId: `${id}`, status: dialect.completed }]);
  const performed = new Set<string>();
  /** The next calls, once the workers that they build on have ended. */
  const after = (cues: readonly string[], calls: () => Call[]): Step => {
    return () => (cues.every((cue) => performed.has(cue)) ? callTools(...calls()) : 'again');
  };
  const meeting = new Meeting(2);
  const work = (id: number, report: string, ...before: Step[]): Part => ({
    cue: cueOf(id),
    steps: [
      ...before,
      callTools(['Write', { file_path: path(plan[id - 1]!.file), content: 'done\n' }]),
      ends(cueOf(id), report),
    ],
  });
  const ends = (cue: string, report: string): Step => {
    return ({ body }): Reply => {
      expect(JSON.stringify(body.messages.at(-1))).not.toMatch(/refused: while the skill/);
      performed.add(cue);
      return { type: 'text', text: report };
    };
  };
  const main: Step[] = [
    callTools(['Skill', { skill: 'orchestration' }]),
    callTools(['Read', { file_path: reference }]),
    (request): Reply => {
      expect(resultsIn(request).join()).toContain('# ');
      return create(1);
    },
    // One at a time: of calls in one message the older builds number the tasks in any order.
    ...[2, 3, 4, 5, 6].map(create),
    // Edges that are sent together can get lost.
    ...plan.flatMap(({ waitsFor }, index) =>
      waitsFor.length === 0
        ? []
        : [
            callTools([
              'TaskUpdate',
              { taskId: `${index + 1}`, addBlockedBy: waitsFor.map(String) },
            ]),
          ],
    ),
    callTools(['TaskUpdate', { taskId: '1', addBlockedBy: ['6'] }]),
    (request): Reply => {
      expect(resultsIn(request).join()).toMatch(/close a cycle.*1 → 6 → 4 → 3 → 1/);
      return callTools(['Write', { file_path: path('own.txt'), content: 'x' }]);
    },
    (request): Reply => {
      expect(resultsIn(request).join()).toContain(`Start a worker with the ${dialect.worker} tool`);
      return callTools(...dialect.claim(1), ...dialect.claim(2), start(1), start(2));
    },
    after([cueOf(1), cueOf(2)], () => [...close(1, 2), ...dialect.claim(3), start(3)]),
    after([cueOf(3)], () => [...close(3), ...dialect.claim(4), start(4)]),
    after([cueOf(4)], () => [start(4, 'WORK-4-AGAIN', 'opus')]),
    after(['WORK-4-AGAIN'], () => [
      ...close(4),
      ...dialect.claim(5),
      ...dialect.claim(6),
      start(5),
      start(6),
    ]),
    after([cueOf(5), cueOf(6)], () => [...close(5, 6), ['TaskList', {}]]),
    (request): Reply => {
      expect(resultsIn(request).join()).toContain('Write the documentation');
      return { type: 'text', text: 'The API is there.' };
    },
  ];
  return [
    { cue: 'MAIN-DEMO', steps: main },
    work(1, reportOf('done'), () => meeting.come(callTools(['Read', { file_path: reference }]))),
    work(2, reportOf('done'), () => meeting.come(callTools(['Read', { file_path: reference }]))),
    work(3, reportOf('done')),
    work(4, reportOf('failed')),
    {
      cue: 'WORK-4-AGAIN',
      steps: [
        callTools(['Bash', { command: 'echo checked', description: 'Check' }]),
        ends('WORK-4-AGAIN', reportOf('done')),
      ],
    },
    {
      cue: cueOf(5),
      steps: [
        callTools(['Write', { file_path: path(plan[4].file), content: 'done\n' }]),
        { type: 'text', text: 'All tests are written.' },
        (request): Reply => {
          expect(JSON.stringify(request.body.messages.at(-1))).toMatch(/status: done \| blocked/);
          performed.add(cueOf(5));
          return { type: 'text', text: reportOf('done') };
        },
      ],
    },
    work(6, reportOf('done'), (request) => overreach(request)),
  ];
}

/** What a worker of this build can try: to start a worker, or to change the list. */
function overreach({ body }: MessagesRequest): Reply {
  const offered = new Set((body.tools ?? []).map(({ name }) => name));
  if (offered.has('Agent')) {
    return callTools([
      'Agent',
      { description: 'Help', subagent_type: 'general-purpose', prompt: 'Do it for me.' },
    ]);
  }
  return callTools(['TaskUpdate', { taskId: '6', subject: 'Something else' }]);
}

function reportOf(status: 'done' | 'failed'): string {
  return `What was to be done.\n\nREPORT\nstatus: ${status}\nfiles: none\nchecks: none\nopen: none`;
}

/** The worker's preamble, as the installed skill gives it. */
async function preambleOf({ configDir }: Stage): Promise<string> {
  const text = await readFile(join(configDir, 'skills/orchestration/SKILL.md'), 'utf8');
  const block = text.split('```').find((part) => part.includes('REPORT\nstatus:'));
  if (block === undefined) throw new Error('SKILL.md holds no preamble');
  return block.trim();
}

/** Rules can be switched off: for one run, and by the user in a session. */
export async function checkSwitches(world: World, version: string): Promise<void> {
  await withStage(world, `off-${version}`, ['--claude-version', version], async (stage) => {
    const own = join(stage.project, 'own.txt');
    const writes = callTools(['Write', { file_path: own, content: 'x' }]);
    const conducts = [callTools(['Skill', { skill: 'orchestration' }]), writes];
    const done: Reply = { type: 'text', text: 'done' };
    const play = async (prompt: string, steps: Step[], environment = {}): Promise<boolean> => {
      const { performances } = await stage.play(prompt, [{ cue: prompt, steps }], { environment });
      expect(performances.get(prompt)?.done).toBe(true);
      const written = existsSync(own);
      await rm(own, { force: true });
      return written;
    };
    expect(await play('MAIN-ONE', [...conducts, done])).toBe(false);
    expect(await play('MAIN-TWO', [...conducts, done], { CC_MIRROR_RULES: 'off' })).toBe(true);
    expect(await play('/orchestration', [writes, done])).toBe(false);
    expect(await play('/orchestration off', [writes, done])).toBe(true);
  });
}
