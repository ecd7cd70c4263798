import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openBundle } from '../../../src/bundle/open.ts';
import { CcMirrorError, describeFailure } from '../../../src/errors.ts';
import { examine, failedLine } from '../../corpus/examine.ts';
import type { Line } from '../../corpus/line.ts';
import { type FakeClaudeOptions, writeFakeClaude } from '../../support/fake-claude.ts';
import { temporaryFolder } from '../../support/folder.ts';

async function examined(options: FakeClaudeOptions): Promise<Line> {
  const scratch = temporaryFolder();
  await writeFakeClaude(join(scratch, 'claude'), options);
  const { signal } = new AbortController();
  return examine(await openBundle(join(scratch, 'claude')), { scratch, launch: false, signal });
}

test('a build that holds', async () => {
  const line = await examined({ tasks: 'flip', teams: 'absent' });
  expect(line).toMatchObject({
    version: '2.1.16',
    platform: 'any',
    kind: 'js',
    layout: 'script',
    modules: 1,
    tasks: { verdict: 'flip', by: 'flip', stock: false, built: true },
    teams: { verdict: 'absent', by: null, stock: false, built: false },
    edits: { modules: 1 },
    rebuilt: 'same',
    problems: [],
  });
  expect(line.edits.bytes).toBeGreaterThan(0);
});

test('a gate that is not understood', async () => {
  const line = await examined({ tasks: 'unknown', teams: 'flip' });
  expect(line.tasks).toMatchObject({ verdict: 'unknown', by: null });
  expect(line.teams).toMatchObject({ by: 'flip', built: true });
  expect(line.problems).toEqual([expect.stringMatching(/^tasks stays unknown: /)]);
});

test('a build that does not offer what its gates say', async () => {
  const { problems, tasks, rebuilt } = await examined({ lies: true });
  expect(tasks).toMatchObject({ by: 'flip', built: false });
  expect(problems).toEqual([
    'tasks was planned on and is off when run',
    'teams was planned on and is off when run',
  ]);
  expect(rebuilt).toBe('same');
});

test('a build that could not be opened: its line names no folder of this machine', () => {
  const error = new CcMirrorError('invalid-bundle', '/tmp/x-1/claude is cut off: a/b is missing');
  expect(failedLine('2.1.9', 'linux-x64', describeFailure(error))).toMatchObject({
    kind: 'native',
    layout: null,
    tasks: { verdict: 'unknown', by: null },
    problems: ['invalid-bundle: claude is cut off: a/b is missing.'],
  });
});
