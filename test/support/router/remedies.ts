import { readFile } from 'node:fs/promises';
import { expect } from 'vitest';
import type { MessagesRequest } from '../../../src/probe/api.ts';
import type { Reply } from '../../../src/probe/messages.ts';
import { resultsIn } from '../session/cast.ts';
import type { World } from '../claude.ts';
import { callTools } from '../session/loopback.ts';
import { offered, withRouter } from './pack.ts';
import { Script, playScript, turn } from './script.ts';

/** A quick BUILD becomes a full one when the verifier finds a fault. */
export async function checkEscalation(world: World, version: string): Promise<void> {
  await withRouter(world, `quick-${version}`, ['--claude-version', version], async (router) => {
    const issue = 'src/sum.txt:1 is not there';
    // "Quick: leave out 3 and 4, let 5 wait for 2."
    const ids = { 3: 'out', 4: 'out', 5: '3', 6: '4' };
    const script = new Script(router, { feature: 'sums', ...ids });
    await script.open(
      'build',
      'BUILD quick',
      [
        ['ROUTER BUILD: sums', ['4']],
        ['ROUTER component-builder: sums', []],
        ['ROUTER integration-verifier: sums', ['2']],
        ['ROUTER Memory Update: sums', ['3']],
      ],
      (calls) =>
        calls
          .filter(([, { taskId }]) => taskId !== 'out')
          .map(([tool, input]) => [
            tool,
            input['taskId'] === '3' ? { ...input, addBlockedBy: ['2'] } : input,
          ]),
    );
    await script.run([turn('2', 'component-builder', 'PASS')]);
    await script.run([turn('3', 'integration-verifier', 'FAIL', issue)], false);
    script.next(router.reference('contract-and-remediation'));
    script.when(['Quick chain: the two review tasks are its escalation to full'], ['TaskList', {}]);
    const words = {
      'agent, issue': 'integration-verifier, nothing',
      issue: 'nothing',
      'remediation_reason, word for word': issue,
      'verifier id': '3',
      'memory id': '4',
      'fix id': '5',
      're-review id': '6',
      're-hunt id': '7',
    };
    await script.remedy(
      words,
      [
        ['ROUTER REM-FIX: integration-verifier, nothing', []],
        ['ROUTER code-reviewer: Re-review nothing', ['5']],
        ['ROUTER silent-failure-hunter: Re-hunt nothing', ['5']],
      ],
      { 3: ['5', '6', '7'], 4: ['5'] },
    );
    script.next(
      router.edit('progress.md', 'BUILD quick', 'BUILD full'),
      router.edit(
        'findings.md',
        '## 3 integration-verifier\n',
        '## 3 integration-verifier (superseded)\n',
      ),
    );
    await script.run([{ ...turn('5', 'component-builder', 'PASS'), findings: issue }]);
    await script.run([
      turn('6', 'code-reviewer', 'APPROVE'),
      turn('7', 'silent-failure-hunter', 'APPROVE'),
    ]);
    await script.run([turn('3', 'integration-verifier', 'PASS')]);
    await script.remember('4', [], ['Workflow: BUILD full']);
    await playScript(script, 'Built.', 'Bash(true)');
    const findings = await readFile(router.memory('findings.md'), 'utf8');
    expect(findings).toContain('## 3 integration-verifier\nstatus: PASS\n');
    expect(findings).toContain('## 3 integration-verifier (superseded)\nstatus: FAIL\n');
  });
}

/** Before a fourth REM-FIX the router asks; with nobody to answer it stops and leaves all open. */
export async function checkBreaker(world: World, version: string): Promise<void> {
  await withRouter(world, `breaker-${version}`, ['--claude-version', version], async (router) => {
    const issue = 'src/sum.txt:1 is not there';
    const script = new Script(router, { feature: 'sums' });
    await script.open('build', 'BUILD full', [
      ['ROUTER BUILD: sums', ['6']],
      ['ROUTER component-builder: sums', []],
      ['ROUTER code-reviewer: sums', ['2']],
      ['ROUTER silent-failure-hunter: sums', ['2']],
      ['ROUTER integration-verifier: sums', ['3', '4']],
      ['ROUTER Memory Update: sums', ['5']],
    ]);
    const reviews = { 're-review id': '3', 're-hunt id': '4' };
    const ids = { ...reviews, 'verifier id': '5', 'memory id': '6' };
    /** As many REM-FIX as this are in the table that was just read. */
    const counted =
      (count: number, next: (request: MessagesRequest) => Reply) =>
      (request: MessagesRequest): Reply => {
        expect(resultsIn(request).join().split('| ROUTER REM-FIX: ')).toHaveLength(count + 1);
        return next(request);
      };
    await script.run([turn('2', 'component-builder', 'FAIL', issue)]);
    script.next(router.reference('contract-and-remediation'));
    script.when(['**Circuit breaker.**'], ['TaskList', {}]);
    for (const tried of [0, 1, 2]) {
      const fix = `${7 + tried}`;
      const about = `component-builder, try ${tried}`;
      script.next(...router.read('progress.md'));
      script.steps.push(counted(tried, () => callTools(['TaskList', {}])));
      // The reviews are still open and need no second ones: they wait for the fix.
      await script.remedy(
        {
          ...ids,
          'fix id': fix,
          'agent, issue': about,
          'remediation_reason, word for word': issue,
        },
        [[`ROUTER REM-FIX: ${about}`, []]],
        { 3: [fix], 4: [fix], 5: [fix], 6: [fix] },
      );
      await script.run([turn(fix, 'component-builder', 'FAIL', issue)], tried < 2);
    }
    script.next(...router.read('progress.md', 'context.md'));
    const question = 'Three remediations failed. What now?';
    const options = ['Research', 'Fix locally', 'Skip', 'Abort'].map((label) => ({
      label,
      description: label,
    }));
    const ask = { questions: [{ question, header: 'Remedy', options, multiSelect: false }] };
    script.steps.push(
      // Some builds offer the question under -p, and give no answer.
      counted(3, (request) =>
        offered(request).includes('AskUserQuestion')
          ? callTools(['AskUserQuestion', ask])
          : callTools(['TaskList', {}]),
      ),
      (request): Reply => {
        expect(resultsIn(request).join()).not.toMatch(/Research|Skip|Abort/u);
        return callTools(
          router.edit('progress.md', 'State: active', 'State: stopped'),
          router.edit('context.md', '## Blockers\n', `## Blockers\n- ${issue}\n`),
          router.edit('context.md', '## Decisions\n', '## Decisions\n- stopped: three REM-FIX\n'),
        );
      },
    );
    await playScript(script, 'Stopped.', 'Bash(true)');
    const read = (name: string): Promise<string> => readFile(router.memory(name), 'utf8');
    expect(await read('progress.md')).toContain('- State: stopped\n');
    expect(await read('context.md')).toContain(`## Blockers\n- ${issue}\n`);
    expect(await read('context.md')).toContain('## Decisions\n- stopped: three REM-FIX\n');
  });
}
