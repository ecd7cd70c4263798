import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'vitest';
import type { MessagesRequest } from '../../../src/probe/api.ts';
import type { Reply } from '../../../src/probe/messages.ts';
import { Meeting, type Part, type Step, resultsIn } from '../session/cast.ts';
import type { World } from '../claude.ts';
import { callTools } from '../session/loopback.ts';
import {
  type Call,
  type Router,
  begin,
  checkMemory,
  complete,
  contract,
  withRouter,
} from './pack.ts';
import type { StoredTask } from '../session/stage.ts';

const evidence = 'RED npm test -> exit 1, GREEN npm test -> exit 0';

/**
 * A BUILD workflow that is cut while its reviewers work, and gone on with by a new session, in a
 * list that holds a task of no router and one of another project's.
 */
export async function checkResume(world: World, version: string): Promise<void> {
  await withRouter(world, `resume-${version}`, ['--claude-version', version], async (router) => {
    const first = await router.play('MAIN-FOREIGN', [{ cue: 'MAIN-FOREIGN', steps: foreign() }]);
    expect(first).toMatchObject({ exitCode: 0, stdout: 'Noted.' });
    const before = await foreignFiles(router);
    expect(before).toHaveLength(2);

    const machine = new AbortController();
    const cut = await router.play('MAIN-CUT', await cutParts(router, machine), {
      cut: machine.signal,
    });
    expect(cut).toMatchObject({ exitCode: undefined });
    const { completed, pending } = router;
    const begun = router.inProgress ?? pending;
    expect(statesOf(await router.tasks())).toEqual(
      [pending, pending, pending, completed, begun, begun, pending, pending].map(String),
    );

    const resumed = await router.play('MAIN-RESUME go on', await resumedParts(router));
    expect(resumed).toMatchObject({ exitCode: 0, stdout: 'Resumed.' });
    const played = [...resumed.performances].map(([cue, { done }]) => [cue, done]);
    expect(played.filter(([, done]) => done).map(([cue]) => cue)).toEqual([
      'MAIN-RESUME',
      'router-code-reviewer',
      'router-silent-failure-hunter',
      'router-integration-verifier',
    ]);
    expect(statesOf(await router.tasks())).toEqual([
      pending,
      pending,
      ...Array.from({ length: 6 }, () => completed),
    ]);
    expect(await foreignFiles(router)).toEqual(before);
    await checkMemory(router);
  });
}

function statesOf(tasks: readonly StoredTask[]): string[] {
  return tasks.map(({ status }) => status);
}

/** Byte for byte, the two tasks that are not this project's router's. */
async function foreignFiles({ configDir }: Router): Promise<Buffer[]> {
  const [list = ''] = await readdir(join(configDir, 'tasks'));
  return Promise.all(
    ['1', '2'].map((id) => readFile(join(configDir, 'tasks', list, `${id}.json`))),
  );
}

function foreign(): Step[] {
  return [
    callTools(['TaskCreate', { subject: 'Water the plants', description: 'Project: none' }]),
    callTools([
      'TaskCreate',
      { subject: 'ROUTER code-reviewer: other', description: 'Project: /elsewhere/other\nx' },
    ]),
    { type: 'text', text: 'Noted.' },
  ];
}

/** The tasks are 3 to 8; the session ends when both reviewers are at work. */
async function cutParts(router: Router, machine: AbortController): Promise<Part[]> {
  const ids = Object.fromEntries(
    ['1', '2', '3', '4', '5', '6'].map((id) => [id, `${Number(id) + 2}`]),
  );
  const build = await router.calls('references/build.md', {
    'absolute path': router.project,
    feature: 'greeting',
    ...ids,
  });
  const read = { file_path: router.memory('progress.md') };
  const state = '## Current Workflow\n- Workflow: BUILD full, parent 3\n- State: active\n';
  const meeting = new Meeting(2);
  const stop: Step = async () => {
    await meeting.come({ type: 'text', text: '' });
    machine.abort();
    // Nobody is left to be answered.
    return new Promise<Reply>(() => {});
  };
  return [
    {
      cue: 'MAIN-CUT',
      steps: [
        callTools(['Skill', { skill: 'router' }]),
        callTools(['Read', read]),
        callTools(
          ['Edit', { ...read, old_string: '## Current Workflow\n', new_string: state }],
          ['Write', { file_path: router.memory('findings.md'), content: '# Findings\n' }],
        ),
        ...build.filter(([tool]) => /^Task./u.test(tool)).map((call) => callTools(call)),
        callTools(
          ...begin(router, '4'),
          await router.agent('router-component-builder', 'router-component-builder CUT'),
        ),
        callTools(
          [
            'Edit',
            {
              file_path: router.memory('findings.md'),
              old_string: '# Findings\n',
              new_string: `# Findings\n## 4 component-builder\n${evidence}\n${contract('PASS')}\n`,
            },
          ],
          ...complete(router, '4'),
        ),
        callTools(
          ...begin(router, '5', '6'),
          await router.agent('router-code-reviewer', 'REVIEWER-CUT'),
          await router.agent('router-silent-failure-hunter', 'HUNTER-CUT'),
        ),
      ],
    },
    { cue: 'router-component-builder CUT', steps: [{ type: 'text', text: contract('PASS') }] },
    { cue: 'REVIEWER-CUT', steps: [stop] },
    { cue: 'HUNTER-CUT', steps: [stop] },
  ];
}

interface Listed {
  id: string;
  status: string;
  subject: string;
  waitsFor: string[];
}

/** What TaskList shows. */
function listed(request: MessagesRequest): Listed[] {
  const form = /^#(\d+) \[(\w+)\] (.+?)(?: \(\S+\))?(?: \[blocked by ([^\]]*)\])?$/gmu;
  const lines = resultsIn(request).join('\n').matchAll(form);
  return Array.from(lines, ([, id = '', status = '', subject = '', waits = '']) => ({
    id,
    status,
    subject,
    waitsFor: waits.match(/\d+/gu) ?? [],
  }));
}

/** This router finds out what is left by what the build's own tools and files tell it. */
async function resumedParts(router: Router): Promise<Part[]> {
  const { project, memory, completed, pending } = router;
  let own: string[] = [];
  const meeting = new Meeting(2);
  const approved: Reply = { type: 'text', text: contract('APPROVE') };
  /** Starts all that is ready, as the subjects say; the ids come with it. */
  const goOn = (wanted: readonly string[]): Step => {
    return async (request): Promise<Reply> => {
      const all = listed(request).filter(({ id }) => own.includes(id));
      const done = new Set(all.filter(({ status }) => status === completed).map(({ id }) => id));
      const ready = all.filter(
        ({ status, waitsFor }) => status === pending && waitsFor.every((id) => done.has(id)),
      );
      expect(ready.map(({ id }) => id)).toEqual(wanted);
      const agents = ready.map(({ subject }) => /^ROUTER ([a-z-]+):/u.exec(subject)?.[1]);
      const calls = agents.map((agent) => router.agent(`router-${agent}`, `router-${agent} AGAIN`));
      return callTools(...begin(router, ...wanted), ...(await Promise.all(calls)));
    };
  };
  /** The list comes in a message of its own: calls in one message run side by side. */
  const finish = (...ids: string[]): Step[] => [
    callTools(...complete(router, ...ids)),
    callTools(['TaskList', {}]),
  ];
  const progress = { file_path: memory('progress.md') };
  return [
    {
      cue: 'MAIN-RESUME',
      steps: [
        callTools(['Skill', { skill: 'router' }]),
        callTools(
          ['Read', progress],
          ['Read', { file_path: memory('findings.md') }],
          ['TaskList', {}],
        ),
        (request): Reply => {
          const results = resultsIn(request).join('\n');
          expect(results).toContain('State: active');
          expect(results).toContain(evidence);
          const routed = listed(request).filter(({ subject }) => subject.startsWith('ROUTER '));
          expect(routed.map(({ id }) => id)).toEqual(['2', '3', '4', '5', '6', '7', '8']);
          return callTools(...routed.map(({ id }): Call => ['TaskGet', { taskId: id }]));
        },
        (request): Reply => {
          own = resultsIn(request)
            .filter((text) => text.includes(`\nDescription: Project: ${project}\n`))
            .map((text) => /^Task #(\d+):/u.exec(text)?.[1] ?? '');
          expect(own.toSorted()).toEqual(['3', '4', '5', '6', '7', '8']);
          const file = join(router.configDir, 'skills/router/references/resume.md');
          return callTools(['Read', { file_path: file }], ['TaskList', {}]);
        },
        (request): Reply => {
          expect(resultsIn(request).join('\n')).toContain('## 3. Orphans');
          const orphans = listed(request).filter(
            ({ id, status }) => own.includes(id) && status === 'in_progress',
          );
          expect(orphans.map(({ id }) => id)).toEqual(router.inProgress ? ['5', '6'] : []);
          const back = orphans.map(({ id }): Call => [
            'TaskUpdate',
            { taskId: id, status: pending },
          ]);
          return callTools(...back, ['TaskGet', { taskId: '3' }]);
        },
        callTools(['TaskList', {}]),
        goOn(['5', '6']),
        ...finish('5', '6'),
        goOn(['7']),
        ...finish('7'),
        callTools(
          ['Edit', { ...progress, old_string: 'State: active', new_string: 'State: done' }],
          ...complete(router, '8'),
        ),
        callTools(...complete(router, '3')),
        { type: 'text', text: 'Resumed.' },
      ],
    },
    { cue: 'router-component-builder', steps: [{ type: 'text', text: contract('PASS') }] },
    { cue: 'router-code-reviewer', steps: [() => meeting.come(approved)] },
    { cue: 'router-silent-failure-hunter', steps: [() => meeting.come(approved)] },
    { cue: 'router-integration-verifier', steps: [{ type: 'text', text: contract('PASS') }] },
  ];
}
