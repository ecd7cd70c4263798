import { existsSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { expect } from 'vitest';
import type { Reply } from '../../../src/probe/messages.ts';
import { Meeting, type Part, type Step, resultsIn } from '../session/cast.ts';
import type { World } from '../claude.ts';
import { callTools } from '../session/loopback.ts';
import { checkStore, graph, head, hint, issue, mainSteps, tail } from './main.ts';
import {
  type Router,
  checkAgent,
  checkMemory,
  contract,
  conversation,
  routerAgents,
  withRouter,
} from './pack.ts';
import type { Played } from '../session/stage.ts';

/**
 * A BUILD workflow whose review blocks, to its end. Tasks, edges and agents are made by the calls
 * that the installed texts of the pack show.
 */
export async function checkBuildWorkflow(world: World, version: string): Promise<void> {
  await withRouter(world, `build-${version}`, ['--claude-version', version], async (router) => {
    expect(router.data.probe.skills).toContain('router');
    expect(router.data.probe.agents).toEqual(expect.arrayContaining(routerAgents));
    await mkdir(dirname(router.memory('context.md')), { recursive: true });
    await writeFile(router.memory('context.md'), head + tail);
    const played = await router.play('MAIN-BUILD a greeting', await parts(router), {
      allowed: 'Edit(src/**)',
    });
    expect(played).toMatchObject({ exitCode: 0, stdout: 'Built.' });
    await checkStore(
      router,
      Array.from(graph, () => router.completed),
    );
    await checkPerformances(router, played);
    await checkFiles(router);
  });
}

async function checkPerformances(router: Router, { performances }: Played): Promise<void> {
  expect([...performances].filter(([, { done }]) => !done).map(([cue]) => cue)).toEqual([]);
  const ran: Record<string, string[]> = {
    'router-component-builder': ['BUILDER-2', 'BUILDER-7'],
    'router-code-reviewer': ['REVIEWER-3', 'REVIEWER-8'],
    'router-silent-failure-hunter': ['HUNTER-4', 'HUNTER-9'],
    'router-integration-verifier': ['VERIFIER-5'],
  };
  for (const [agent, cues] of Object.entries(ran)) {
    for (const cue of cues) await checkAgent(router, agent, performances.get(cue));
  }
}

async function checkFiles(router: Router): Promise<void> {
  await checkMemory(router);
  const read = (name: string): Promise<string> => readFile(router.memory(name), 'utf8');
  const context = await read('context.md');
  expect(context).toContain('- Greetings are plain text. (component-builder, today)');
  for (const line of `${head}${tail}`.split('\r\n')) expect(context).toContain(line);
  expect(await read('patterns.md')).toContain('- a greeting without a name');
  expect(await read('progress.md')).toContain('State: done');
  expect(await readFile(join(router.project, 'src/greeting.txt'), 'utf8')).toBe('Hello, Zoë!\n');
  expect(existsSync(join(router.project, 'own.txt'))).toBe(false);
}

async function parts(router: Router): Promise<Part[]> {
  const file = join(router.project, 'src/greeting.txt');
  const meetings = [new Meeting(2), new Meeting(2)] as const;
  const look = callTools(['Read', { file_path: file }]);
  const says = (text: string): Reply => ({ type: 'text', text });
  const written = (text: string): Step[] => [
    callTools(['Write', { file_path: file, content: text }]),
  ];
  return [
    { cue: 'MAIN-BUILD', steps: await mainSteps(router) },
    { cue: 'BUILDER-2', steps: [...written('Hello\n'), says(contract('PASS'))] },
    {
      cue: 'REVIEWER-3',
      steps: [
        () => meetings[0].come(look),
        callTools(['Write', { file_path: file, content: 'mine' }]),
        (request): Reply => {
          expect(resultsIn(request).join()).toContain('No such tool available: Write');
          return says(contract('CHANGES_REQUESTED', issue));
        },
      ],
    },
    {
      cue: 'HUNTER-4',
      steps: [() => meetings[0].come(look), says(`${hint}\n${contract('APPROVE')}`)],
    },
    {
      cue: 'BUILDER-7',
      steps: [
        (request): Reply => {
          expect(conversation(request)).toContain(issue);
          return look;
        },
        ...written('Hello, Zoë!\n'),
        says(contract('PASS')),
      ],
    },
    { cue: 'REVIEWER-8', steps: [() => meetings[1].come(look), says(contract('APPROVE'))] },
    { cue: 'HUNTER-9', steps: [() => meetings[1].come(look), says(contract('APPROVE'))] },
    {
      cue: 'VERIFIER-5',
      steps: [
        (request): Reply => {
          const told = conversation(request);
          expect(told).toContain(`code-reviewer: CHANGES_REQUESTED; ${issue}`);
          expect(told).toContain(`silent-failure-hunter: APPROVE; ${hint}`);
          return says(contract('PASS'));
        },
      ],
    },
  ];
}
