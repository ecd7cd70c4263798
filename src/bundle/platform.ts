import { execa } from 'execa';
import { CcMirrorError } from '../errors.ts';

/** The platforms that native builds are published for, as in their package names. */
const nativePlatforms = [
  'darwin-arm64',
  'darwin-x64',
  'linux-x64',
  'linux-arm64',
  'linux-x64-musl',
  'linux-arm64-musl',
  'win32-x64',
  'win32-arm64',
] as const;
export type NativePlatform = (typeof nativePlatforms)[number];

/** What is asked about the machine; the tests answer in its place. */
export interface Host {
  platform: string;
  arch: string;
  usesMusl(): boolean;
  underRosetta(): Promise<boolean>;
}

/**
 * The native platform of this machine: musl is told by the C library that Node runs on, and an x64
 * Node under Rosetta counts as the arm64 machine that it runs on.
 *
 * Errors: `unsupported-platform`.
 */
export async function hostPlatform(host: Host = thisHost): Promise<NativePlatform> {
  let cpu = host.arch;
  if (host.platform === 'darwin' && cpu === 'x64' && (await host.underRosetta())) cpu = 'arm64';
  const libc = host.platform === 'linux' && host.usesMusl() ? '-musl' : '';
  const name = `${host.platform}-${cpu}${libc}`;
  const known = nativePlatforms.find((platform) => platform === name);
  if (known) return known;
  throw new CcMirrorError(
    'unsupported-platform',
    `Claude Code is not published for ${name}.`,
    `It is published for ${nativePlatforms.join(', ')}. JavaScript builds (up to 2.1.112) run anywhere: --claude-version 2.1.112`,
  );
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
