import type * as files from 'node:fs/promises';

type Files = typeof files;

let left = Infinity;

/** From now on, only this many changes on disk succeed, as if the process ended then. */
export function cutOffAfter(changes: number): void {
  left = changes;
}

/** Whether a change was tried after the allowed ones. */
export function wasCutOff(): boolean {
  return left < 0;
}

/** `node:fs/promises` with every change on disk counted. */
export function counting(actual: Files): Files {
  const { chmod, link, mkdir, open, rename, rm, rmdir, symlink } = actual;
  return {
    ...actual,
    chmod: counted(chmod),
    link: counted(link),
    mkdir: counted(mkdir),
    rename: counted(rename),
    rm: counted(rm),
    rmdir: counted(rmdir),
    symlink: counted(symlink),
    open: async (path, flags, mode) => {
      const file = await (flags === 'r' ? open : counted(open))(path, flags, mode);
      // What a process has written survives its end.
      file.sync = () => Promise.resolve();
      const write = file.writeFile.bind(file);
      file.writeFile = async (data, options) => {
        const whole = Buffer.isBuffer(data) ? data : Buffer.from(String(data));
        // An interrupted write writes a part.
        if (left === 0) await write(whole.subarray(0, whole.length / 2));
        await counted(write)(whole, options);
      };
      return file;
    },
  };
}

function counted<F extends (...args: never[]) => Promise<unknown>>(act: F): F {
  return new Proxy(act, {
    apply(target, self, args) {
      left--;
      return left < 0 ? Promise.reject(new Error('cut off')) : Reflect.apply(target, self, args);
    },
  });
}
