import fs from 'node:fs';
import { mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import * as tar from 'tar';
import { expect, it, onTestFinished, vi } from 'vitest';
import { fetchPublished } from '../../../../src/bundle/npm/fetch.ts';
import { Store } from '../../../../src/bundle/store/store.ts';
import { describeFailure } from '../../../../src/errors.ts';
import { silentProgress } from '../../../../src/ui/progress.ts';
import { temporaryFolder, writeTree } from '../../../support/folder.ts';

/** The tarball that the registry serves. */
const published = vi.hoisted(() => ({ tarball: '' }));
vi.mock('../../../../src/bundle/npm/published.ts', () => ({
  downloadTarball: () => Promise.resolve({ tarball: published.tarball, integrity: 'sha512-x' }),
}));
/** From now on unpacking a program fails: the disk is full. */
function fillDisk(): void {
  const { open } = fs;
  vi.spyOn(fs, 'open').mockImplementation((...args: unknown[]) => {
    const [path, done] = [String(args[0]), args.at(-1)];
    if (!path.endsWith('cli.js') || typeof done !== 'function') {
      return void Reflect.apply(open, fs, args);
    }
    const error = new Error(`ENOSPC: no space left on device, open '${path}'`);
    const refused = Object.assign(error, { code: 'ENOSPC', syscall: 'open', path });
    process.nextTick(() => void Reflect.apply(done, null, [refused]));
  });
  onTestFinished(() => void vi.restoreAllMocks());
}

it('a disk that fills up while unpacking is reported', async () => {
  const folder = temporaryFolder();
  await writeTree(join(folder, 'made'), {
    'package/package.json': '{"name":"@anthropic-ai/claude-code","version":"2.1.16"}',
    'package/cli.js': '// Version: 2.1.16\n'.repeat(1000),
  });
  published.tarball = join(folder, 'build.tgz');
  await tar.create({ cwd: join(folder, 'made'), file: published.tarball, gzip: true }, ['package']);
  const root = join(folder, 'store');
  await mkdir(root);
  fillDisk();
  const fetching = fetchPublished(
    { version: '2.1.16', packageName: '@anthropic-ai/claude-code', platform: 'any' },
    {
      store: new Store(root),
      search: { path: '', userHome: folder, isOurs: () => false },
      signal: new AbortController().signal,
      progress: silentProgress,
    },
  );
  const failure = await fetching.then(
    () => null,
    (error: unknown) => describeFailure(error),
  );
  expect(failure).toMatchObject({
    code: 'storage',
    message: expect.stringContaining('disk is full'),
  });
  expect(await readdir(root)).toEqual([]);
});
