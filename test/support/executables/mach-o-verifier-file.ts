import type { FileHandle } from 'node:fs/promises';

export interface Span {
  position: number;
  length: number;
}

export interface MachO {
  platform: 'darwin-arm64' | 'darwin-x64' | null;
  isProgram: boolean;
  text: Span | null;
  linkedit: Span | null;
  /** The section `__TEXT,__info_plist`. */
  infoPlist: Span | null;
  signature: Span | null;
}

export async function readMachO(
  file: FileHandle,
  size: number,
  problems: string[],
): Promise<MachO> {
  const head = await read(file, { position: 0, length: Math.min(size, 1024 * 1024) });
  const macho: MachO = {
    platform: null,
    isProgram: false,
    text: null,
    linkedit: null,
    infoPlist: null,
    signature: null,
  };
  if (head.length < 32 || head.readUInt32LE(0) !== 0xfeedfacf) {
    problems.push('not a Mach-O 64 file');
    return macho;
  }
  const cpu = head.readUInt32LE(4);
  macho.platform = cpu === 0x0100000c ? 'darwin-arm64' : cpu === 0x01000007 ? 'darwin-x64' : null;
  macho.isProgram = head.readUInt32LE(12) === 2;
  const end = 32 + head.readUInt32LE(20);
  let at = 32;
  for (let left = head.readUInt32LE(16); left > 0; left--) {
    const length = at + 8 <= head.length ? head.readUInt32LE(at + 4) : 0;
    if (length < 8 || length % 8 !== 0 || at + length > Math.min(end, head.length)) {
      problems.push('the load commands run past their region');
      return macho;
    }
    readCommand(head.subarray(at, at + length), macho, problems);
    at += length;
  }
  if (at !== end) problems.push('the load commands do not fill their region');
  if (!macho.signature) problems.push('no LC_CODE_SIGNATURE');
  return macho;
}

function readCommand(command: Buffer, macho: MachO, problems: string[]): void {
  const kind = command.readUInt32LE(0);
  if (kind === 0x1d && command.length >= 16) {
    if (macho.signature) problems.push('more than one LC_CODE_SIGNATURE');
    macho.signature = { position: command.readUInt32LE(8), length: command.readUInt32LE(12) };
  }
  if (kind !== 0x19 || command.length < 72) return;
  const name = text(command, 8, 24);
  const span = { position: u64(command, 40), length: u64(command, 48) };
  if (name === '__TEXT') macho.text = span;
  if (name === '__LINKEDIT') macho.linkedit = span;
  for (let at = 72; at + 80 <= command.length; at += 80) {
    if (text(command, at, at + 16) !== '__info_plist' || name !== '__TEXT') continue;
    macho.infoPlist = { position: command.readUInt32LE(at + 48), length: u64(command, at + 40) };
  }
}

/** The signature ends the file and lies in the last segment; null if it cannot even be read. */
export function checkRegion(
  macho: MachO,
  region: Span,
  size: number,
  problems: string[],
): Span | null {
  const end = region.position + region.length;
  const { linkedit } = macho;
  if (end !== size) problems.push(`the signature ends at ${end}, the file at ${size}`);
  if (region.position % 16 !== 0) problems.push('the signature is not aligned to 16 bytes');
  if (!linkedit) problems.push('no __LINKEDIT');
  else if (linkedit.position > region.position || linkedit.position + linkedit.length !== end) {
    problems.push('__LINKEDIT does not reach to the end of the signature');
  }
  if (end <= size) return region;
  problems.push('the signature lies outside the file');
  return null;
}

/** The bytes of a span as far as the file has them. */
export async function read(file: FileHandle, { position, length }: Span): Promise<Buffer> {
  const { size } = await file.stat();
  const buffer = Buffer.alloc(Math.max(0, Math.min(length, size - position)));
  let done = 0;
  for (let bytesRead = 1; done < buffer.length && bytesRead > 0; done += bytesRead) {
    ({ bytesRead } = await file.read(buffer, done, buffer.length - done, position + done));
  }
  return buffer.subarray(0, done);
}

function text(bytes: Buffer, from: number, to: number): string {
  return bytes.toString('latin1', from, to).replace(/\0.*$/s, '');
}

function u64(bytes: Buffer, at: number): number {
  return Number(bytes.readBigUInt64LE(at));
}
