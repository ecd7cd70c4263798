import { readHead } from '../disk/sync-read.ts';

/** What `hostPlatform` asks about the machine; a parameter for the tests. */
export interface Host {
  platform: string;
  arch: string;
  usesMusl(): boolean;
  underRosetta(): Promise<boolean>;
}

/**
 * The native platform of this machine, as in the package names (`linux-x64-musl`), whether or not
 * builds are published for it. Linux uses musl if Node does; an x64 Node under Rosetta runs on
 * arm64.
 */
export async function hostPlatform(host: Host = thisHost): Promise<string> {
  const rosetta = host.platform === 'darwin' && host.arch === 'x64' && (await host.underRosetta());
  const libc = host.platform === 'linux' && host.usesMusl() ? '-musl' : '';
  return `${host.platform}-${rosetta ? 'arm64' : host.arch}${libc}`;
}

const thisHost: Host = {
  platform: process.platform,
  arch: process.arch,
  /** The start of Node's executable names its loader: elf(5), PT_INTERP. */
  usesMusl() {
    return readHead(process.execPath, 8192).includes('/ld-musl-');
  },
  /** sysctl prints nothing on an Intel Mac, which does not have the setting. */
  async underRosetta() {
    const args = ['-in', 'sysctl.proc_translated'];
    const { execa } = await import('execa');
    const { stdout } = await execa('/usr/sbin/sysctl', args, { reject: false });
    return stdout?.trim() === '1';
  },
};
