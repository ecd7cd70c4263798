import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import nodeModule from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Script } from 'node:vm';
import { sha256Of } from './disk/hash.ts';

// Loads the program with what V8 compiled of it in an earlier run, which is most of the time that
// loading takes. It is kept beside the program, where nobody else could put something.

/** Set when the program is built: stands for the content of main.js. */
declare const mainId: string;

const main = fileURLToPath(new URL('main.js', import.meta.url));
const folder = join(dirname(main), 'compiled');
const requireBeside = nodeModule.createRequire(main);
/** Of a hash in hex. */
const hashBytes = 64;

// Node.js 22.1 and later do it themselves. Source: https://nodejs.org/api/module.html
if ('enableCompileCache' in nodeModule && typeof nodeModule.enableCompileCache === 'function') {
  nodeModule.enableCompileCache(folder);
  requireBeside(main);
} else run();

function run(): void {
  // Each command's own: what is compiled is what it needs.
  const command = /^[a-z]+$/.exec(process.argv[2] ?? '')?.[0] ?? '';
  const kept = join(folder, [mainId, process.version, process.arch, command].join('-'));
  const cachedData = read(kept);
  const head = '(function (exports, require, module, __filename, __dirname) {';
  const script = new Script(`${head}${readFileSync(main, 'utf8')}\n})`, {
    filename: main,
    ...(cachedData && { cachedData }),
  });
  const module = { exports: {} };
  script.runInThisContext()(module.exports, requireBeside, module, main, dirname(main));
  if (cachedData && !script.cachedDataRejected) return;
  // Now most of it has not been compiled yet; after a run that got to its end it has.
  process.once('exit', (status) => {
    if (status === 0) keep(kept, script);
  });
}

/** What was kept, behind its SHA-256: V8 itself takes spoilt bytes for its own and crashes. */
function read(path: string): Buffer | undefined {
  try {
    const bytes = readFileSync(path);
    const compiled = bytes.subarray(hashBytes);
    return sha256Of(compiled) === bytes.toString('latin1', 0, hashBytes) ? compiled : undefined;
  } catch {
    // Then it is compiled anew.
    return undefined;
  }
}

function keep(path: string, script: Script): void {
  const partial = `${path}.${process.pid}`;
  try {
    mkdirSync(folder, { recursive: true });
    const compiled = script.createCachedData();
    writeFileSync(partial, Buffer.concat([Buffer.from(sha256Of(compiled)), compiled]));
    renameSync(partial, path);
  } catch {
    // The program may lie where its user may not write; it starts slower then.
  }
}
