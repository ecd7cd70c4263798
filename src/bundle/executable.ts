/**
 * For which system an executable was built, read from its first bytes: ELF (`e_machine` at 18, and
 * the loader's name tells musl from glibc), Mach-O 64 (`cputype` at 4), PE (machine after the
 * signature that offset 0x3c points to). Null if it is none of these.
 */
export function executablePlatform(head: Buffer): string | null {
  if (head.length < 64) return null;
  if (head.readUInt32BE(0) === 0x7f454c46) {
    const cpu = { 62: 'x64', 183: 'arm64' }[head.readUInt16LE(18)];
    const musl = head.subarray(0, 64 * 1024).includes('ld-musl') ? '-musl' : '';
    return cpu ? `linux-${cpu}${musl}` : null;
  }
  if (head.readUInt32LE(0) === 0xfeedfacf) {
    const cpu = { 0x01000007: 'x64', 0x0100000c: 'arm64' }[head.readUInt32LE(4)];
    return cpu ? `darwin-${cpu}` : null;
  }
  if (head.toString('latin1', 0, 2) === 'MZ') {
    const pe = head.readUInt32LE(0x3c);
    if (pe + 6 > head.length || head.toString('latin1', pe, pe + 4) !== 'PE\0\0') return null;
    const cpu = { 0x8664: 'x64', 0xaa64: 'arm64' }[head.readUInt16LE(pe + 4)];
    return cpu ? `win32-${cpu}` : null;
  }
  return null;
}
