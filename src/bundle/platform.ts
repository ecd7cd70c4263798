import { execa } from 'execa';

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
  usesMusl() {
    const report = process.report.getReport() as { header?: { glibcVersionRuntime?: string } };
    return report.header?.glibcVersionRuntime === undefined;
  },
  /** An Intel Mac does not know the setting; sysctl then prints nothing. */
  async underRosetta() {
    const args = ['-in', 'sysctl.proc_translated'];
    const { stdout } = await execa('/usr/sbin/sysctl', args, { reject: false });
    return stdout?.trim() === '1';
  },
};
