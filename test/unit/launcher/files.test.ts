import { expect, test } from 'vitest';

import { launcherFiles } from '../../../src/launcher/files.ts';
import { specOf } from './spec-of.ts';

test.each([
  ['linux', ['']],
  ['darwin', ['']],
  ['win32', ['.cmd', '']],
] as const)('writes for %s the files %j', (platform, suffixes) => {
  const files = launcherFiles(specOf({ env: { A: '1' } }), platform);
  expect(files.map(({ suffix }) => suffix)).toEqual(suffixes);
  for (const { suffix, text, mode } of files) {
    expect(mode).toBe(0o755);
    expect(text).toContain(suffix === '.cmd' ? '\r\nset "A=1"\r\n' : "\nexport A='1'\n");
  }
});
