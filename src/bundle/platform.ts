import { execa } from 'execa';
import { CcMirrorError } from '../errors.ts';

/** The platforms that native builds are published for, as in their package names. */
export const nativePlatforms = [
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

/**
 * The native platform of this machine: musl is told by the C library that Node runs on, and an x64
 * Node under Rosetta counts as the arm64 machine that it runs on.
 */
export async function hostPlatform(): Promise<NativePlatform> {
  let cpu: string = process.arch;
  if (process.platform === 'darwin' && cpu === 'x64' && (await underRosetta())) cpu = 'arm64';
  const libc = process.platform === 'linux' && usesMusl() ? '-musl' : '';
  const name = `${process.platform}-${cpu}${libc}`;
  const known = nativePlatforms.find((platform) => platform === name);
  if (known) return known;
  throw new CcMirrorError(
    'unsupported-platform',
    `Claude Code is not published for ${name}.`,
    `It is published for ${nativePlatforms.join(', ')}. JavaScript builds (up to 2.1.112) run anywhere: --claude-version 2.1.112`,
  );
}

function usesMusl(): boolean {
  const report = process.report.getReport() as { header?: { glibcVersionRuntime?: string } };
  return report.header?.glibcVersionRuntime === undefined;
}

async function underRosetta(): Promise<boolean> {
  const { stdout } = await execa('sysctl', ['-in', 'sysctl.proc_translated'], { reject: false });
  return stdout?.trim() === '1';
}
