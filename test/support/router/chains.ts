import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { expect } from 'vitest';
import type { MessagesRequest } from '../../../src/probe/api.ts';
import type { Reply } from '../../../src/probe/messages.ts';
import { resultsIn } from '../session/cast.ts';
import type { World } from '../claude.ts';
import { callTools } from '../session/loopback.ts';
import { type Call, contract, conversation, withRouter } from './pack.ts';
import { Script, playScript, turn } from './script.ts';

const says = (text: string): Reply => ({ type: 'text', text });

/** The investigator reproduces, notes its attempt, mends; the root cause goes to patterns.md. */
export async function checkDebug(world: World, version: string): Promise<void> {
  await withRouter(world, `debug-${version}`, ['--claude-version', version], async (router) => {
    const file = join(router.project, 'src/sum.txt');
    await mkdir(dirname(file));
    await writeFile(file, '1 + 1 = 3\n');
    const cause = 'src/sum.txt:1 counts one too many';
    const attempt = '- [DEBUG-1]: took one away -> fixed';
    const reproduce: Call = ['Bash', { command: 'grep "= 2" src/sum.txt', description: 'Repeat' }];
    const script = new Script(router, { error: 'wrong sum' });
    await script.open('debug', 'DEBUG', [
      ['ROUTER DEBUG: wrong sum', ['5']],
      ['ROUTER bug-investigator: wrong sum', []],
      ['ROUTER code-reviewer: wrong sum', ['2']],
      ['ROUTER integration-verifier: wrong sum', ['3']],
      ['ROUTER Memory Update: wrong sum', ['4']],
    ]);
    const found = contract('PASS').replace('patterns: none', `patterns: ${cause}`);
    await script.run([
      {
        id: '2',
        agent: 'bug-investigator',
        status: 'PASS',
        steps: [
          callTools(reproduce),
          (request): Reply => {
            expect(resultsIn(request).join()).not.toContain('1 + 1 = 2');
            return callTools(...router.read('context.md'), ['Read', { file_path: file }]);
          },
          callTools(
            ['Edit', { file_path: file, old_string: '= 3', new_string: '= 2' }],
            router.edit('context.md', '## Recent Changes\n', `## Recent Changes\n${attempt}\n`),
          ),
          callTools(reproduce),
          (request): Reply => {
            expect(resultsIn(request).join()).toContain('1 + 1 = 2');
            return says(found);
          },
        ],
      },
    ]);
    script.next(...router.read('context.md'));
    script.when([attempt], ['TaskList', {}]);
    await script.run([{ ...turn('3', 'code-reviewer', 'APPROVE'), findings: cause }]);
    const verified = (request: MessagesRequest): Reply => {
      expect(conversation(request)).toContain(cause);
      return callTools(reproduce);
    };
    const verifier = turn('4', 'integration-verifier', 'PASS');
    await script.run([{ ...verifier, steps: [verified, ...verifier.steps], findings: cause }]);
    await script.remember(
      '5',
      [
        router.edit('context.md', `${attempt}\n`, '- src/sum.txt: the sum\n'),
        router.edit('patterns.md', '## Common Gotchas\n', `## Common Gotchas\n- ${cause}\n`),
      ],
      [cause, 'Sums are whole.'],
    );
    await playScript(script, 'Fixed.', 'Edit(src/**),Bash(grep:*)');
    expect(await readFile(router.memory('patterns.md'), 'utf8')).toContain(
      `## Common Gotchas\n- ${cause}\n`,
    );
    const context = await readFile(router.memory('context.md'), 'utf8');
    expect(context).toContain('- Sums are whole. (router, today)');
    expect(context).not.toContain('[DEBUG-1]');
    expect(await readFile(file, 'utf8')).toBe('1 + 1 = 2\n');
  });
}

/** Findings of a review are the result: no REM-FIX; with nobody to answer they are kept as TODO. */
export async function checkReview(world: World, version: string): Promise<void> {
  await withRouter(world, `review-${version}`, ['--claude-version', version], async (router) => {
    const issue = 'src/sum.txt:1 counts one too many';
    const script = new Script(router, {
      target: 'sums',
      what: 'mend sums',
      'workflow, agent': 'REVIEW 1, code-reviewer',
      'file:line, why, proposed fix': issue,
    });
    await script.open('review-and-plan', 'REVIEW', [
      ['ROUTER REVIEW: sums', ['3']],
      ['ROUTER code-reviewer: sums', []],
      ['ROUTER Memory Update: sums', ['2']],
    ]);
    await script.run([turn('2', 'code-reviewer', 'CHANGES_REQUESTED', issue)]);
    await script.remember(
      '3',
      [router.edit('progress.md', '## Completed\n', `## Completed\n- REVIEW: ${issue}\n`)],
      [`REVIEW: ${issue}`],
    );
    const todo = (await script.shown('memory')).filter(([tool]) => tool === 'TaskCreate');
    script.next(...todo);
    await playScript(script, `Found: ${issue}`, 'Bash(true)', ['ROUTER TODO: mend sums']);
    expect((await router.tasks()).at(-1)?.description).toContain(issue);
  });
}

/** The planner writes where it may: below docs/plans, or else beside the memory. */
export async function checkPlan(world: World, version: string, allowed: boolean): Promise<void> {
  const args = ['--claude-version', version, '--skills', 'router'];
  await withRouter(world, `plan-${version}`, args, async (router) => {
    const plan = 'docs/plans/2026-01-02-sums.md';
    const beside = '.cc-mirror/router/plan-sums.md';
    const write = (path: string): Call => [
      'Write',
      { file_path: join(router.project, path), content: '# sums\nSteps: 1. add\n' },
    ];
    const script = new Script(router, { feature: 'sums' });
    await script.open('review-and-plan', 'PLAN', [
      ['ROUTER PLAN: sums', ['3']],
      ['ROUTER planner: sums', []],
      ['ROUTER Memory Update: sums', ['2']],
    ]);
    const path = allowed ? plan : beside;
    await script.run([
      {
        id: '2',
        agent: 'planner',
        status: 'PASS',
        steps: [
          callTools(write(plan)),
          (request): Reply => {
            const result = resultsIn(request).join('\n');
            expect(result).toMatch(allowed ? /created/u : /permission/u);
            // Where the first was written the same is read.
            return callTools(
              allowed ? ['Read', { file_path: join(router.project, plan) }] : write(beside),
            );
          },
          says(`Plan: ${path}\n${contract('PASS')}`),
        ],
      },
    ]);
    script.next(['Read', { file_path: join(router.project, path) }]);
    script.when(['Steps: 1. add'], ['TaskList', {}]);
    await script.remember(
      '3',
      [router.edit('context.md', '- Plan: N/A', `- Plan: ${path}`)],
      [`- Plan: ${path}`],
    );
    await playScript(script, 'Planned.', allowed ? 'Edit(docs/plans/**)' : 'Bash(true)');
    expect(await readFile(router.memory('context.md'), 'utf8')).toMatch(
      new RegExp(`## References\\n(?:- .*\\n)*- Plan: ${path}\\n`, 'u'),
    );
    expect(await readFile(join(router.project, path), 'utf8')).toContain('# sums');
  });
}
