/**
 * The platform that an executable is built for, read from its first bytes: ELF (`e_machine` at 18;
 * the loader's path in PT_INTERP tells musl from glibc), Mach-O 64 (`cputype` at 4), PE (machine
 * after the signature that offset 0x3c points to). Null for anything else.
 */
export function executablePlatform(head: Buffer): string | null {
  const format = formatOf(head);
  if (!format) return null;
  const { kind, at } = format;
  if (kind === 'elf') {
    const cpu = { 62: 'x64', 183: 'arm64' }[head.readUInt16LE(18)];
    return cpu ? `linux-${cpu}${elfLoader(head).includes('ld-musl') ? '-musl' : ''}` : null;
  }
  if (kind === 'mach-o') {
    const cpu = { 0x01000007: 'x64', 0x0100000c: 'arm64' }[head.readUInt32LE(4)];
    return cpu ? `darwin-${cpu}` : null;
  }
  const cpu = { 0x8664: 'x64', 0xaa64: 'arm64' }[head.readUInt16LE(at + 4)];
  return cpu ? `win32-${cpu}` : null;
}

/**
 * The least number of bytes of an executable by its own headers: the end of its last segment or
 * section. A shorter file is truncated. 0 if `head` is not an executable.
 */
export function executableLength(head: Buffer): number {
  const format = formatOf(head);
  if (!format) return 0;
  const { kind, at } = format;
  if (kind === 'elf') {
    const sections =
      u64(head, 40) + head.readUInt16LE(58) * (u64(head, 40) > 0 ? head.readUInt16LE(60) : 0);
    return Math.max(sections, ...elfSegments(head).map(({ offset, length }) => offset + length));
  }
  return Math.max(0, ...(kind === 'mach-o' ? machSegmentEnds(head) : peSectionEnds(head, at)));
}

/** The format and, for PE, where its header starts. */
function formatOf(head: Buffer): { kind: 'elf' | 'mach-o' | 'pe'; at: number } | null {
  if (head.length < 64) return null;
  const is64LittleEndianElf = head.readUInt32BE(0) === 0x7f454c46 && head.readUInt16BE(4) === 0x201;
  if (is64LittleEndianElf) return { kind: 'elf', at: 0 };
  if (head.readUInt32LE(0) === 0xfeedfacf) return { kind: 'mach-o', at: 0 };
  if (head.toString('latin1', 0, 2) !== 'MZ') return null;
  const at = head.readUInt32LE(0x3c);
  if (at + 24 > head.length || head.toString('latin1', at, at + 4) !== 'PE\0\0') return null;
  return { kind: 'pe', at };
}

/** Program headers: table at the u64 at 32, entry size at 54, count at 56. */
function elfSegments(head: Buffer): { type: number; offset: number; length: number }[] {
  return rows(head, u64(head, 32), head.readUInt16LE(54), head.readUInt16LE(56), 56).map((at) => ({
    type: head.readUInt32LE(at),
    offset: u64(head, at + 8),
    length: u64(head, at + 32),
  }));
}

const PT_INTERP = 3;

/** The path of an ELF program's loader, with its zero byte; empty for anything else. */
export function elfLoader(head: Buffer): string {
  if (formatOf(head)?.kind !== 'elf') return '';
  const interp = elfSegments(head).find(({ type }) => type === PT_INTERP);
  return interp ? head.toString('latin1', interp.offset, interp.offset + interp.length) : '';
}

const LC_SEGMENT_64 = 0x19;

/** Load commands follow the header of 32 bytes: count at 16; each starts with its type and size. */
function machSegmentEnds(head: Buffer): number[] {
  const ends: number[] = [];
  let at = 32;
  for (let left = head.readUInt32LE(16); left > 0 && at + 8 <= head.length; left--) {
    const size = head.readUInt32LE(at + 4);
    if (size < 8) break;
    if (head.readUInt32LE(at) === LC_SEGMENT_64 && at + 56 <= head.length) {
      ends.push(u64(head, at + 40) + u64(head, at + 48));
    }
    at += size;
  }
  return ends;
}

/** Section headers of 40 bytes follow the optional header: count at 6, optional header's size at 20. */
function peSectionEnds(head: Buffer, pe: number): number[] {
  const first = pe + 24 + head.readUInt16LE(pe + 20);
  return rows(head, first, 40, head.readUInt16LE(pe + 6), 40).map(
    (at) => head.readUInt32LE(at + 20) + head.readUInt32LE(at + 16),
  );
}

/** The offsets of a table's rows that are within `head`. */
function rows(head: Buffer, first: number, step: number, count: number, bytes: number): number[] {
  return Array.from({ length: count }, (_, index) => first + index * step).filter(
    (at) => at + bytes <= head.length,
  );
}

function u64(bytes: Buffer, at: number): number {
  return Number(bytes.readBigUInt64LE(at));
}
