import { Buffer } from 'node:buffer';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { overlapping } from '../../src/bundle/format/file-spans.ts';
import type { Patch } from '../../src/disk/copy.ts';
import { signaturePatches } from '../../src/bundle/format/mach-o-signature.ts';
import { type SignatureReport, verifySignature } from '../support/executables/mach-o-verifier.ts';
import {
  type Choices,
  COMMANDS_END,
  type Signed,
  TEXT_BYTES,
  signed,
} from '../unit/support/signed-mach-o.ts';
import { memoryFile } from './bundle-targets.ts';
import { demand, spoilBytes, spoilField } from './bytes.ts';
import type { Random } from './random.ts';

/**
 * Signs a Mach-O anew, whose signature may be spoilt: what is to be written lies in the file, keeps
 * its length and holds; what did not hold before is refused or left as it was.
 */
export async function signer(random: Random, folder: string): Promise<string> {
  const seed = signed(choicesOf(random));
  const code = seed.signature;
  const spoils = random.once(4) ? 0 : 1 + random.below(3);
  let { bytes } = seed;
  for (let left = spoils; left > 0; left--) bytes = spoilt(random, { ...seed, bytes });
  const edits = editsOf(random, Math.min(code, bytes.length));

  const before = await verified(bytes, folder);
  const patches = await signaturePatches(memoryFile(bytes), bytes.length, edits);
  if (edits.length === 0) {
    demand(patches.length === 0, 'a signature without an edit');
    return 'nothing to sign';
  }
  const spans = [...edits, ...patches].map(({ position, bytes }) => ({
    position,
    length: bytes.length,
  }));
  const inside = spans.every(({ position, length }) => position + length <= bytes.length);
  demand(inside, 'a patch outside the file');
  demand(!overlapping(spans), 'patches overlap');
  const result = Buffer.from(bytes);
  for (const { position, bytes: written } of [...edits, ...patches]) result.set(written, position);
  const after = await verified(result, folder);
  const fresh = after.problems.filter((problem) => !before.problems.includes(problem));
  demand(fresh.length === 0, `problems that are new: ${fresh.join('; ')}`);
  demand(after.adHoc && !after.hasCms && after.team === null, 'not ad-hoc');
  return before.problems.length > 0 ? 'signed, as odd as it was' : 'signed';
}

async function verified(bytes: Buffer, folder: string): Promise<SignatureReport> {
  const path = join(folder, 'signed');
  await writeFile(path, bytes);
  const report = await verifySignature(path);
  await rm(path);
  return report;
}

function choicesOf(random: Random): Choices {
  const most = random.once(8) ? 80_000 : 9000;
  const team = random.once(2) ? 'TEAM' : '';
  const first = random.pick([1, 2, 4] as const);
  return {
    adHoc: random.once(4),
    hashTypes: random.once(3) ? [first, 3] : [first],
    version: random.pick([0x20100, 0x20200, 0x20300, 0x20400, 0x20500] as const),
    pageShift: random.pick([12, 14] as const),
    codeBytes: TEXT_BYTES + random.below(most / 16) * 16,
    gap: random.once(4) ? random.below(20) : 0,
    cpu: random.pick([0x01000007, 0x0100000c]),
    team,
  };
}

function spoilt(random: Random, { bytes, signature, at, slots }: Signed): Buffer {
  const blobs = slots.map(at);
  const near = [signature, bytes.length, ...blobs, ...blobs.map((one) => one - signature)];
  const bigEndian = true;
  switch (random.below(6)) {
    case 0:
      return spoilBytes(random, Buffer.from(bytes));
    case 1:
      spoilField(random, bytes, random.below(COMMANDS_END / 4) * 4, { near });
      return bytes;
    case 2:
      spoilField(random, bytes, signature + random.below(16) * 4, { near, bigEndian });
      return bytes;
    case 3:
      spoilField(random, bytes, random.pick(blobs) + random.below(3) * 4, { near, bigEndian });
      return bytes;
    default:
      spoilField(random, bytes, at(0) + random.below(25) * 4, { near, bigEndian });
      return bytes;
  }
}

/** Edits behind the first segment, which has the load commands and the property list. */
function editsOf(random: Random, end: number): Patch[] {
  const edits: Patch[] = [];
  for (
    let at = TEXT_BYTES + random.below(9000);
    at < end && edits.length < 4;
    at += random.below(20_000)
  ) {
    const bytes = Buffer.alloc(Math.min(1 + random.below(5000), end - at), 0x20);
    edits.push({ position: at, bytes });
    at += bytes.length;
  }
  return edits;
}
