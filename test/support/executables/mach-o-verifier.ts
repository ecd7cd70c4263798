import { createHash } from 'node:crypto';
import { type FileHandle, open } from 'node:fs/promises';
import { checkRegion, read, readMachO } from './mach-o-verifier-file.ts';
import {
  type Blob,
  type CodeDirectory,
  type HashType,
  CMS_SLOT,
  CODE_DIRECTORY,
  REQUIREMENTS,
  readDirectory,
  readSuperBlob,
} from './mach-o-verifier-signature.ts';
import { certificateOperations, requirementOperations } from './mach-o-verifier-requirements.ts';

/** What a Mach-O file's embedded signature says, and everything about it that does not hold. */
export interface SignatureReport {
  platform: 'darwin-arm64' | 'darwin-x64' | null;
  /** Of the first code directory, as are the team, the flags and the number of pages. */
  identifier: string | null;
  team: string | null;
  flags: number;
  adHoc: boolean;
  /** Whether there is a CMS signature with content. */
  hasCms: boolean;
  pages: number;
  /** One for each code directory, in the order of the index. */
  hashTypes: string[];
  /** Empty for a signature that holds. Page numbers count from 0. */
  problems: string[];
}

const ADHOC = 0x2;

/**
 * Checks the code signature inside a Mach-O 64 file as macOS does before it runs the file, and
 * more: every hash of every code directory, and that the parts agree. Certificates are not checked.
 *
 * Written from the published formats: `<mach-o/loader.h>` for the load commands (little endian),
 * XNU's `osfmk/kern/cs_blobs.h` for the blobs (big endian) and `requirement.h` of Apple's
 * libsecurity_codesigning for requirements. It shares nothing with the program's own signer.
 */
export async function verifySignature(path: string): Promise<SignatureReport> {
  const problems: string[] = [];
  const file = await open(path, 'r');
  try {
    const { size } = await file.stat();
    const macho = await readMachO(file, size, problems);
    const region = macho.signature && checkRegion(macho, macho.signature, size, problems);
    const bytes = region ? await read(file, region) : Buffer.alloc(0);
    const blobs = region ? readSuperBlob(bytes, problems) : [];
    const directories = blobs
      .filter(({ magic }) => magic === CODE_DIRECTORY)
      .flatMap((blob) => readDirectory(blob, macho, problems) ?? []);
    const infoPlist = macho.infoPlist && (await read(file, macho.infoPlist));
    if (infoPlist && infoPlist.length !== macho.infoPlist?.length) {
      problems.push('the property list lies outside the file');
    }
    for (const directory of directories) {
      checkSpecialSlots(directory, blobs, infoPlist, problems);
    }
    await checkPages(file, size, directories, problems);
    if (region) checkAgreement(directories, blobs, problems);

    const [first] = directories;
    const adHoc = ((first?.flags ?? 0) & ADHOC) !== 0;
    if (adHoc && !endsInZeros(bytes)) problems.push('bytes behind the super blob are not zero');
    return {
      platform: macho.platform,
      identifier: first?.identifier ?? null,
      team: first?.team ?? null,
      flags: first?.flags ?? 0,
      adHoc,
      hasCms: hasCms(blobs),
      pages: first?.pages ?? 0,
      hashTypes: directories.map(({ hash }) => hash.name),
      problems,
    };
  } finally {
    await file.close();
  }
}

/**
 * Whether nothing is left behind the super blob. Signers that reuse a region leave old hashes there,
 * as in the darwin-arm64 build of 2.1.329; macOS does not look.
 */
function endsInZeros(region: Buffer): boolean {
  return region.subarray(region.readUInt32BE(4)).every((byte) => byte === 0);
}

/** Slot −n has the hash of the blob in slot n (−1: of the embedded property list), else zeros. */
function checkSpecialSlots(
  { name, bytes, hash, hashOffset, specialSlots }: CodeDirectory,
  blobs: readonly Blob[],
  infoPlist: Buffer | null,
  problems: string[],
): void {
  const covered = blobs.filter(({ slot }) => slot > 0 && slot < 0x1000);
  const contents = new Map(covered.map((blob) => [blob.slot, blob.bytes]));
  if (infoPlist) contents.set(1, infoPlist);
  const most = Math.max(specialSlots, ...contents.keys());
  for (let slot = 1; slot <= most; slot++) {
    const at = hashOffset - slot * hash.bytes;
    const found = slot <= specialSlots ? bytes.subarray(at, at + hash.bytes) : Buffer.alloc(0);
    const content = contents.get(slot);
    const wanted = content ? digest(hash, content) : Buffer.alloc(hash.bytes);
    if (!found.equals(wanted)) problems.push(`${name}: the hash of special slot ${slot}`);
  }
}

const BLOCK = 4 * 1024 * 1024;

/** Compares every page of the code with its hash; the file is read once for all directories. */
async function checkPages(
  file: FileHandle,
  size: number,
  directories: readonly CodeDirectory[],
  problems: string[],
): Promise<void> {
  const wrong = directories.map((): number[] => []);
  const limit = Math.min(size, Math.max(0, ...directories.map(({ codeLimit }) => codeLimit)));
  for (let position = 0; position < limit; position += BLOCK) {
    const block = await read(file, { position, length: Math.min(BLOCK, limit - position) });
    for (const [index, directory] of directories.entries()) {
      const { hash, hashOffset, pageSize, pages, codeLimit } = directory;
      const from = position / pageSize;
      const to = Math.min(pages, from + Math.ceil(block.length / pageSize));
      for (let page = from; page < to; page++) {
        const start = page * pageSize;
        const end = Math.min(start + pageSize, codeLimit);
        const found = digest(hash, block.subarray(start - position, end - position));
        const at = hashOffset + page * hash.bytes;
        if (!found.equals(directory.bytes.subarray(at, at + hash.bytes))) wrong[index]?.push(page);
      }
    }
  }
  for (const [index, pages] of wrong.entries()) {
    if (pages.length === 0) continue;
    const some = pages.length > 8 ? [...pages.slice(0, 8), '…'] : pages;
    const { name } = directories[index]!;
    problems.push(`${name}: the hashes of ${pages.length} pages (${some.join(', ')})`);
  }
}

/** What the code directories, the requirements and the CMS signature say about each other. */
function checkAgreement(
  directories: readonly CodeDirectory[],
  blobs: readonly Blob[],
  problems: string[],
): void {
  const [first, ...others] = directories;
  if (!first) return;
  const kinds = new Set(directories.map(({ hash }) => hash.name));
  if (kinds.size < directories.length) problems.push('two code directories use the same hash');
  for (const { name, flags, identifier } of others) {
    if (flags !== first.flags) problems.push(`${name}: other flags than the first`);
    if (identifier !== first.identifier) problems.push(`${name}: another identifier`);
  }
  const adHoc = (first.flags & ADHOC) !== 0;
  if (adHoc && hasCms(blobs)) problems.push('ad-hoc, with a CMS signature');
  if (!adHoc && !hasCms(blobs)) problems.push('not ad-hoc, without a CMS signature');
  const requirements = blobs.find(({ magic }) => magic === REQUIREMENTS);
  const operations = requirements && requirementOperations(requirements.bytes);
  if (operations === null) problems.push('the requirements cannot be read');
  if (adHoc && operations?.some((operation) => certificateOperations.has(operation))) {
    problems.push('ad-hoc, with requirements that name a certificate');
  }
}

function hasCms(blobs: readonly Blob[]): boolean {
  return blobs.some(({ slot, bytes }) => slot === CMS_SLOT && bytes.length > 8);
}

function digest({ algorithm, bytes }: HashType, content: Buffer): Buffer {
  return createHash(algorithm).update(content).digest().subarray(0, bytes);
}
