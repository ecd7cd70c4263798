import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { startVariant } from '../../../../src/commands/create/start.ts';
import { temporaryFolder } from '../../../support/folder.ts';

it.skipIf(process.platform === 'win32').each([
  ['exit 0', 0],
  ['exit 7', 7],
  ['kill -TERM $$', 143],
  // What is sent to us is passed on.
  ['trap "exit 9" HUP; kill -HUP $PPID; while :; do sleep 0.1; done', 9],
])('returns the status of a variant: %s', async (script, status) => {
  const launcher = join(temporaryFolder(), 'variant');
  await writeFile(launcher, `#!/bin/sh\n${script}\n`, { mode: 0o755 });
  expect(await startVariant(launcher)).toBe(status);
});

it('says what to do about a launcher that cannot be started', async () => {
  const launcher = join(temporaryFolder(), 'gone');
  await expect(startVariant(launcher)).rejects.toMatchObject({
    code: 'no-such-path',
    message: `${launcher} could not be started.`,
  });
});
