import { readFile } from 'node:fs/promises';
import { expect } from 'vitest';
import type { Reply } from '../../../src/probe/messages.ts';
import { type Part, resultsIn } from '../session/cast.ts';
import type { World } from '../claude.ts';
import { callTools } from '../session/loopback.ts';
import {
  type Call,
  type Router,
  checkAgent,
  checkMemory,
  contract,
  conversation,
  offered,
  withRouter,
} from './pack.ts';

/**
 * Final messages without a contract are asked for once, then the router is told; neither agents of
 * the pack nor other workers change tasks or start workers.
 */
export async function checkContracts(world: World, version: string): Promise<void> {
  await withRouter(world, `contracts-${version}`, ['--claude-version', version], async (router) => {
    const { performances, ...ended } = await router.play(
      'MAIN-CONTRACTS go',
      await contractParts(router),
    );
    expect(ended).toMatchObject({ exitCode: 0, stdout: 'Heard.' });
    const counts = Array.from(performances, ([cue, { requests, done }]) => [
      cue,
      done && requests.length,
    ]);
    expect(counts.slice(1)).toEqual([
      ['ASKED', 2],
      ['AT-ODDS', 2],
      ['SILENT', 2],
      ['PLANNER', 2],
      ['INVESTIGATOR', 1],
      ['OTHER', 2],
    ]);
    await checkAgent(router, 'router-planner', performances.get('PLANNER'));
    await checkAgent(router, 'router-bug-investigator', performances.get('INVESTIGATOR'));
    expect(await router.tasks()).toMatchObject([{ id: '1', subject: 'ROUTER BUILD: it' }]);
  });
}

async function contractParts(router: Router): Promise<Part[]> {
  const says = (text: string): Reply => ({ type: 'text', text });
  const other: Call = [
    router.worker,
    {
      description: 'Other',
      subagent_type: 'general-purpose',
      run_in_background: false,
      prompt: 'OTHER',
    },
  ];
  const agent = async (name: string, cue: string): Promise<Reply> =>
    callTools(await router.agent(`router-${name}`, cue));
  const tries: Call[] = [
    ['TaskUpdate', { taskId: '1', subject: 'Mine' }],
    [router.worker, { ...other[1], prompt: 'NOBODY' }],
  ];
  /** The router hears of an agent only where a contract stayed away. */
  const told = ' was asked once and ended with an incomplete final message';
  return [
    {
      cue: 'MAIN-CONTRACTS',
      steps: [
        callTools(['Skill', { skill: 'router' }]),
        callTools(['TaskCreate', { subject: 'ROUTER BUILD: it', description: 'x' }]),
        await agent('component-builder', 'ASKED'),
        (request): Promise<Reply> => {
          expect(resultsIn(request).join()).toContain('status: PASS');
          expect(resultsIn(request).join()).not.toContain('It is built.');
          return agent('code-reviewer', 'AT-ODDS');
        },
        (request): Promise<Reply> => {
          expect(resultsIn(request).join()).toContain('status: CHANGES_REQUESTED');
          expect(conversation(request)).not.toContain(told);
          return agent('silent-failure-hunter', 'SILENT');
        },
        (request): Promise<Reply> => {
          expect(conversation(request)).toContain(`(router-silent-failure-hunter)${told}`);
          return agent('planner', 'PLANNER');
        },
        await agent('bug-investigator', 'INVESTIGATOR'),
        callTools(other),
        says('Heard.'),
      ],
    },
    {
      cue: 'ASKED',
      steps: [
        says('It is built.'),
        (request): Reply => {
          expect(conversation(request)).toMatch(
            /Missing or wrong: the block that starts with the line ### Router Contract/u,
          );
          return says(contract('PASS'));
        },
      ],
    },
    {
      cue: 'AT-ODDS',
      steps: [
        says(contract('APPROVE', 'a.ts:1 wrong')),
        (request): Reply => {
          expect(conversation(request)).toMatch(/Missing or wrong: .*APPROVE/u);
          return says(contract('CHANGES_REQUESTED', 'a.ts:1 wrong'));
        },
      ],
    },
    { cue: 'SILENT', steps: [says('I found nothing.'), says('Nothing at all.')] },
    {
      cue: 'PLANNER',
      steps: [
        (request): Reply => {
          expect(offered(request).filter((tool) => /^Task|^Agent/u.test(tool))).toEqual([]);
          return callTools(...tries);
        },
        (request): Reply => {
          const results = resultsIn(request).toSorted();
          expect(results).toHaveLength(2);
          for (const result of results) expect(result).toContain('No such tool available');
          return says(contract('PASS'));
        },
      ],
    },
    { cue: 'INVESTIGATOR', steps: [says(contract('PASS'))] },
    {
      cue: 'OTHER',
      steps: [
        (request): Reply => {
          const open = tries.filter(([tool]) => offered(request).includes(tool));
          expect(open).toContainEqual(tries[0]);
          return callTools(...open);
        },
        (request): Reply => {
          for (const result of resultsIn(request)) {
            expect(result).toContain('refused: a worker does not');
          }
          return says('I could not.');
        },
      ],
    },
  ];
}

/** Without the task tools the pack says at install how it manages, and keeps the table instead. */
export async function checkFallback(world: World, version: string): Promise<void> {
  const args = ['--claude-version', version, '--no-tasks'];
  await withRouter(world, `table-${version}`, args, async (router) => {
    const pack = new URL('../../../skills/router/pack.json', import.meta.url);
    const { fallbacks } = JSON.parse(await readFile(pack, 'utf8'));
    expect(router.data.notes.join('\n')).toContain(fallbacks.tasks);
    const text = await router.text('SKILL.md');
    expect(text).toContain('This build has no task tools: the table in `progress.md` ## Tasks');
    expect(text).not.toMatch(/TaskList|TaskCreate|TaskUpdate/u);
    const file = router.memory('progress.md');
    const row = '| 2 | ROUTER planner: it | none |';
    const edit = (from: string, to: string): Call => [
      'Edit',
      { file_path: file, old_string: from, new_string: to },
    ];
    const { performances, ...ended } = await router.play(
      'MAIN-TABLE plan it',
      [
        {
          cue: 'MAIN-TABLE',
          steps: [
            callTools(['Skill', { skill: 'router' }]),
            async (request): Promise<Reply> => {
              expect(offered(request)).not.toContain('TaskCreate');
              expect(conversation(request)).toContain('This build has no task tools');
              await checkMemory(router);
              return callTools(['Read', { file_path: file }]);
            },
            callTools(edit('## Tasks\n', `## Tasks\n${row} in_progress |\n`)),
            callTools(await router.agent('router-planner', 'PLANNER')),
            callTools(edit(`${row} in_progress`, `${row} completed`)),
            { type: 'text', text: 'Planned.' },
          ],
        },
        { cue: 'PLANNER', steps: [{ type: 'text', text: contract('PASS') }] },
      ],
      { allowed: 'Bash(true)' },
    );
    expect(ended).toMatchObject({ exitCode: 0, stdout: 'Planned.' });
    expect(performances.get('PLANNER')).toMatchObject({ done: true });
    expect(await readFile(file, 'utf8')).toContain(`## Tasks\n${row} completed |\n`);
  });
}
