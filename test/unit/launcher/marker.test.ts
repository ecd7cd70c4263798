import { expect, test } from 'vitest';

import { launcherFiles } from '../../../src/launcher/files.ts';
import { launcherVariant } from '../../../src/launcher/marker.ts';
import { specOf } from './spec-of.ts';

test.each(['mclaude', 'my.claude_2-x', '-'])('recognises the launchers of %s', (variant) => {
  for (const platform of ['linux', 'win32'] as const) {
    for (const { text } of launcherFiles(specOf({ variant }), platform)) {
      expect(launcherVariant(text)).toBe(variant);
    }
  }
});

test.each([
  ['nothing', ''],
  ['one line', '#!/bin/sh'],
  ['a program of another kind', '#!/bin/bash\n# cc-mirror launcher for variant a\n'],
  ['the other system’s comment', '#!/bin/sh\nrem cc-mirror launcher for variant a\n'],
  ['a mention further down', '#!/bin/sh\n\n# cc-mirror launcher for variant a\n'],
  ['an impossible name', '#!/bin/sh\n# cc-mirror launcher for variant a b\n'],
  ['no name', '#!/bin/sh\n# cc-mirror launcher for variant \n'],
  ['a binary', '\u007fELF\0\0\n\0'],
])('does not recognise a file with %s', (_case, text) => {
  expect(launcherVariant(text)).toBeNull();
});
