import { mkdir } from 'node:fs/promises';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { cli, testHome } from '../support/claude.ts';
import { nodeBinary } from '../support/node-binary.ts';

// The unit tests and those of real builds on every line of Node.js that is supported, or on those
// named on the command line (`npm run test:nodes -- 26`); and what older ones are told.

const supported = ['20.20.2', '22.23.5', '24.22.3', '26.12.1'];
const tooOld = ['16.20.2', '18.20.8'];

const root = fileURLToPath(new URL('../..', import.meta.url));
const vitest = join(root, 'node_modules', 'vitest', 'vitest.mjs');
const cache = `${testHome}-nodes`;
const platform = process.platform === 'win32' ? 'win' : process.platform;

const fetchNode = (version: string): Promise<string> =>
  nodeBinary(`node-${platform}-${process.arch}@${version}`, cache);
const wanted = process.argv.slice(2);
const isWanted = (version: string): boolean =>
  wanted.length === 0 || wanted.some((line) => version.startsWith(`${line}.`));
const say = (text: string): void => void process.stdout.write(`${text}\n`);

await mkdir(cache, { recursive: true });
const failed: string[] = [];

for (const version of tooOld.filter(isWanted)) {
  const { exitCode, stderr } = await execa(await fetchNode(version), [cli, 'list'], {
    reject: false,
  });
  say(`\nNode.js ${version}: ${stderr}`);
  if (exitCode !== 2 || !stderr.includes(`and this is ${version}`)) failed.push(version);
}

for (const version of supported.filter(isWanted)) {
  say(`\nNode.js ${version}`);
  const node = await fetchNode(version);
  const { exitCode } = await execa(
    node,
    [vitest, 'run', '--project', 'unit', '--project', 'real'],
    {
      cwd: root,
      env: { PATH: [dirname(node), process.env['PATH']].join(delimiter) },
      stdio: 'inherit',
      reject: false,
    },
  );
  if (exitCode !== 0) failed.push(version);
}

say(failed.length === 0 ? '\nAll well.' : `\nNot well: ${failed.join(', ')}`);
process.exitCode = failed.length === 0 ? 0 : 1;
