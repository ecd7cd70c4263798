import { closeSync, openSync, readSync } from 'node:fs';

/** What is asked about the machine; the tests answer in its place. */
export interface Host {
  platform: string;
  arch: string;
  usesMusl(): boolean;
  underRosetta(): Promise<boolean>;
}

/**
 * The native platform of this machine, as in the package names (`linux-x64-musl`), whether or not
 * there are builds for it: musl is told by the C library that Node runs on, and an x64 Node under
 * Rosetta counts as the arm64 machine that it runs on.
 */
export async function hostPlatform(host: Host = thisHost): Promise<string> {
  const rosetta = host.platform === 'darwin' && host.arch === 'x64' && (await host.underRosetta());
  const libc = host.platform === 'linux' && host.usesMusl() ? '-musl' : '';
  return `${host.platform}-${rosetta ? 'arm64' : host.arch}${libc}`;
}

const thisHost: Host = {
  platform: process.platform,
  arch: process.arch,
  /** The loader that Node asks for is named in the beginning of its file: elf(5), PT_INTERP. */
  usesMusl() {
    const file = openSync(process.execPath, 'r');
    try {
      const head = Buffer.alloc(8192);
      return head.subarray(0, readSync(file, head)).includes('/ld-musl-');
    } finally {
      closeSync(file);
    }
  },
  /** An Intel Mac does not know the setting; sysctl then prints nothing. */
  async underRosetta() {
    const args = ['-in', 'sysctl.proc_translated'];
    const { execa } = await import('execa');
    const { stdout } = await execa('/usr/sbin/sysctl', args, { reject: false });
    return stdout?.trim() === '1';
  },
};
