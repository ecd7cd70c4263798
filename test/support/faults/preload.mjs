// Loaded into cc-mirror before its own code (`node --import`): wraps every function of Node's fs that
// changes something, counts the calls, and stops or refuses one of them. CC_MIRROR_FAULT says which,
// as JSON (`Fault` in faults-world.ts). Children do not inherit it.
import { AsyncLocalStorage, AsyncResource } from 'node:async_hooks';
import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { constants } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { getSystemErrorMap } from 'node:util';
import { changes, functions, handleMethods, real } from './functions.mjs';

const fault = JSON.parse(process.env['CC_MIRROR_FAULT']);
delete process.env['CC_MIRROR_FAULT'];

const log = real.openSync(fault.log, 'a');
/** True inside a counted call: what Node does for it with other functions is not counted again. */
const inside = new AsyncLocalStorage();
/** File descriptor → the path it was opened with. */
const opened = new Map();
let count = 0;
const compiled = join(dirname(process.argv[1] ?? ''), 'compiled');

/** The counted call that this is, with what to do around it; null for one that is not counted. */
function begin(name, args) {
  if (inside.getStore() === true || !changes(name, args)) return null;
  const { syscall, paths, space = false, writes = false, tear } = functions[name];
  const [path, to] = pathsIn(args, paths);
  // What a first start keeps beside the program is no part of what its command does.
  if (`${path}`.startsWith(compiled)) return null;
  const torn = tear?.(args) ?? null;
  const number = ++count;
  const refusals = [
    ...(space ? ['ENOSPC'] : []),
    ...(typeof args[0] === 'number' ? [] : ['EACCES']),
  ];
  const call = { number, function: name, path, to, torn: torn !== null, refusals };
  real.writeSync(log, `${JSON.stringify(call)}\n`);

  const hit = fault.at === number;
  // What is refused to a descriptor knows no path.
  const places = typeof args[0] === 'number' ? {} : { path, to };
  const error = () => systemError(fault.code, { syscall, ...places });
  const before = () => {
    if (fault.mode === 'kill' && hit && fault.form === 'before') die();
    if (fault.mode === 'kill' && hit && fault.form === 'torn') {
      torn?.();
      die();
    }
    if (fault.mode === 'fail' && hit) {
      // The system takes away again what a copy that failed has left.
      if (fault.form === 'torn' && name !== 'copyFile') torn?.();
      throw fault.form === 'torn' && writes ? systemError('ENOSPC', { syscall: 'write' }) : error();
    }
    const later = fault.mode === 'fail-from' && number >= fault.at;
    if (later && refusals.includes(fault.code) && [path, to].some(isBelow)) throw error();
  };
  const after = () => {
    if (fault.mode === 'kill' && hit && fault.form === 'after') die();
  };
  return { before, after };
}

function pathsIn(args, paths) {
  const [first] = args;
  if (typeof first === 'number') return [opened.get(first) ?? `file descriptor ${first}`];
  return args
    .slice(0, paths)
    .map((path) => (path instanceof URL ? fileURLToPath(path) : String(path)));
}

function isBelow(path) {
  return path !== undefined && `${resolve(path)}/`.startsWith(`${fault.below}/`);
}

function die() {
  process.kill(process.pid, 'SIGKILL');
  // The signal is on its way to this process: nothing more may happen here.
  for (;;);
}

function systemError(code, { syscall, path, to }) {
  const errno = -constants.errno[code];
  const [, text] = getSystemErrorMap().get(errno);
  const places = [path, to].filter((place) => place !== undefined).map((place) => `'${place}'`);
  const message = `${code}: ${text}, ${syscall} ${places.join(' -> ')}`.trimEnd();
  return Object.assign(new Error(message), {
    errno,
    code,
    syscall,
    ...(path !== undefined && { path }),
    ...(to !== undefined && { dest: to }),
  });
}

/** The three ways to call a function of fs: synchronous, with a callback, and with a promise. */
const wraps = {
  sync: (name, original) =>
    function wrapped(...args) {
      const call = begin(name, args);
      call?.before();
      try {
        return noted(
          name,
          args,
          inside.run(call !== null || inside.getStore(), () => original.apply(this, args)),
        );
      } finally {
        call?.after();
      }
    },
  callback: (name, original) =>
    function wrapped(...args) {
      const callback = args.at(-1);
      if (typeof callback !== 'function') return original.apply(this, args);
      const call = begin(name, args.slice(0, -1));
      try {
        call?.before();
      } catch (error) {
        return process.nextTick(callback, error);
      }
      const outside = AsyncResource.bind((error, ...results) => {
        call?.after();
        noted(name, args, results[0]);
        callback(error, ...results);
      });
      const given = [...args.slice(0, -1), outside];
      return inside.run(call !== null || inside.getStore(), () => original.apply(this, given));
    },
  promise: (name, original) =>
    async function wrapped(...args) {
      const call = begin(name, args[0]?.fd === undefined ? args : [args[0].fd, ...args.slice(1)]);
      call?.before();
      try {
        return noted(
          name,
          args,
          await inside.run(call !== null || inside.getStore(), () => original.apply(this, args)),
        );
      } finally {
        call?.after();
      }
    },
  handle: (name, original) =>
    async function wrapped(...args) {
      const call = begin(name, [this.fd, ...args]);
      call?.before();
      try {
        return await inside.run(call !== null || inside.getStore(), () =>
          original.apply(this, args),
        );
      } finally {
        call?.after();
      }
    },
};

/** Remembers what a descriptor or handle was opened with. */
function noted(name, [path], result) {
  const file = typeof result === 'number' ? result : result?.fd;
  if (name === 'open' && file !== undefined) opened.set(file, String(path));
  return result;
}

function wrap(object, property, how, name) {
  const original = object[property];
  if (original === undefined) return;
  const wrapped = how(name, original);
  Object.defineProperties(wrapped, Object.getOwnPropertyDescriptors(original));
  object[property] = wrapped;
}

const handle = await real.promises.open(fileURLToPath(import.meta.url));
const handles = Object.getPrototypeOf(handle);
await handle.close();
for (const [method, name] of Object.entries(handleMethods))
  wrap(handles, method, wraps.handle, name);
for (const name of Object.keys(functions)) {
  wrap(fs, `${name}Sync`, wraps.sync, name);
  wrap(fs, name, wraps.callback, name);
  wrap(fs.promises, name, wraps.promise, name);
}
syncBuiltinESMExports();
