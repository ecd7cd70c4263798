import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import nodeModule from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Script } from 'node:vm';
import { sha256Of } from './disk/hash.ts';

// Loads the program with the code cache of an earlier run: compiling takes most of the start-up time.
// The cache is next to the program, where nobody else can write.

/** Set by build.mjs: identifies the content of main.js. */
declare const mainId: string;

const main = fileURLToPath(new URL('main.js', import.meta.url));
const folder = join(dirname(main), 'compiled');
const requireBeside = nodeModule.createRequire(main);
/** Length of a SHA-256 in hex. */
const hashBytes = 64;

// Built into Node.js from 22.1 on: https://nodejs.org/api/module.html
if ('enableCompileCache' in nodeModule && typeof nodeModule.enableCompileCache === 'function') {
  nodeModule.enableCompileCache(folder);
  requireBeside(main);
} else run();

function run(): void {
  // One cache per command: it contains the functions that the command has used.
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
  // V8 compiles functions when they are first called, so the cache is written at the end.
  process.once('exit', (status) => {
    if (status === 0) keep(kept, script);
  });
}

/** The cache, stored behind its SHA-256: V8 does not notice corrupt bytes and crashes. */
function read(path: string): Buffer | undefined {
  try {
    const bytes = readFileSync(path);
    const compiled = bytes.subarray(hashBytes);
    return sha256Of(compiled) === bytes.toString('latin1', 0, hashBytes) ? compiled : undefined;
  } catch {
    // Missing or unreadable: it is compiled again.
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
    // The user may not be allowed to write there; the program then starts more slowly.
  }
}
