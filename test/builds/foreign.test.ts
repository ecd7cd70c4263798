import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { describe, expect, it } from 'vitest';
import { withWorld } from '../support/claude.ts';
import { verifySignature } from '../support/executables/mach-o-verifier.ts';

describe.each(['darwin-arm64', 'darwin-x64'])(
  'the newest build for %s, built on this machine',
  (platform) => {
    it('is edited and signed, and needs no edits when inspected again', () =>
      withWorld(async (world) => {
        const file = join(world.home, 'claude');
        const args = ['build', 'latest', '--platform', platform, '--out', file];
        const { status, document } = await world.ccMirror(args);
        expect(status).toBe(0);
        expect(document.data).toMatchObject({
          kind: 'native',
          platform,
          file,
          signature: 'ad-hoc',
          probe: null,
          capabilities: { tasks: { by: 'flip' }, teams: { by: 'flip' } },
        });
        const hash = createHash('sha256');
        await pipeline(createReadStream(file), hash);
        expect(hash.digest('hex')).toBe(document.data.sha256.after);
        const signature = await verifySignature(file);
        expect(signature).toMatchObject({ platform, adHoc: true, hasCms: false, problems: [] });
        const { data } = (await world.ccMirror(['inspect', file])).document;
        for (const capability of [data.capabilities.tasks, data.capabilities.teams]) {
          expect(capability).toMatchObject({ verdict: 'on', edits: [] });
          expect(capability.reason).toContain('already edited by cc-mirror');
        }
      }));
  },
);
