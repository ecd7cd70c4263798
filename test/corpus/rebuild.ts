import { mkdir, open } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { writeProgram } from '../../src/bundle/write-program.ts';
import { type Span, readSpan } from '../../src/bundle/format/file-spans.ts';
import { copyInto } from '../../src/disk/copy.ts';
import { openBundle } from '../../src/bundle/open.ts';
import type { Edit } from '../../src/gates/types.ts';
import type { Bundle } from '../../src/bundle/types.ts';
import { type Allowed, type Differences, differencesBetween } from './differences.ts';

/** A built program, its differences from the published one, and what is wrong with them. */
export interface Rebuilt {
  bundle: Bundle;
  differences: Differences;
  problems: string[];
}

/** Builds as the product does, and compares the result with the published program byte for byte. */
export async function rebuild(
  bundle: Bundle,
  edits: readonly Edit[],
  folder: string,
): Promise<Rebuilt> {
  const program = join(folder, basename(bundle.file));
  await mkdir(folder);
  if (bundle.kind === 'js') await copyInto(bundle.root, folder, bundle.file);
  await writeProgram(bundle, edits, program);
  const differences = await differencesBetween(
    bundle.file,
    program,
    await allowedBy(bundle, edits),
  );
  const problems = await unwritten(bundle, edits, program);
  const { elsewhere, first } = differences;
  if (elsewhere > 0) {
    problems.push(`${elsewhere} bytes differ that were not to be edited, the first at ${first}`);
  }
  return { bundle: await openBundle(program), differences, problems };
}

async function allowedBy(bundle: Bundle, edits: readonly Edit[]): Promise<Allowed[]> {
  const places = edits.map((edit): Allowed => ({ ...placeOf(bundle, edit), why: 'edit' }));
  const pairs = bytecodePairs(bundle, edits).map((position): Allowed => ({
    position,
    length: 8,
    why: 'bytecode',
  }));
  if (!bundle.platform.startsWith('darwin-') || edits.length === 0) return [...places, ...pairs];
  return [...places, ...pairs, { ...(await signatureOf(bundle.file)), why: 'signature' }];
}

/** Where the edits or the zeros for the bytecode pairs are not in the built program. */
async function unwritten(
  bundle: Bundle,
  edits: readonly Edit[],
  program: string,
): Promise<string[]> {
  const file = await open(program, 'r');
  try {
    const problems: string[] = [];
    for (const edit of edits) {
      const { encoding } = moduleOf(bundle, edit);
      const written = await readSpan(file, placeOf(bundle, edit));
      if (written.toString(encoding) !== edit.after) {
        problems.push(`the edit of ${edit.module} is not in the built program`);
      }
    }
    for (const position of bytecodePairs(bundle, edits)) {
      const pair = await readSpan(file, { position, length: 8 });
      if (pair.some((byte) => byte !== 0)) problems.push(`bytecode is still named at ${position}`);
    }
    return problems;
  } finally {
    await file.close();
  }
}

function placeOf(bundle: Bundle, edit: Edit): Span {
  const { position } = moduleOf(bundle, edit);
  return { position: position + edit.start, length: edit.end - edit.start };
}

function bytecodePairs(bundle: Bundle, edits: readonly Edit[]): number[] {
  const modules = new Set(edits.map((edit) => moduleOf(bundle, edit)));
  return [...modules].flatMap(({ bytecodePair }) => bytecodePair ?? []);
}

function moduleOf({ modules }: Bundle, edit: Edit): Bundle['modules'][number] {
  const module = modules.find(({ name }) => name === edit.module);
  if (!module) throw new Error(`no module ${edit.module}`);
  return module;
}

const LC_CODE_SIGNATURE = 0x1d;

/**
 * Where a Mach-O 64 keeps its signature: load commands follow the header of 32 bytes (count at 16;
 * each starts with its type and size), and LC_CODE_SIGNATURE has offset and size as u32 at 8.
 */
async function signatureOf(path: string): Promise<Span> {
  const file = await open(path, 'r');
  try {
    const head = await readSpan(file, { position: 0, length: 64 * 1024 });
    let at = 32;
    for (let left = head.readUInt32LE(16); left > 0; left--) {
      if (head.readUInt32LE(at) === LC_CODE_SIGNATURE) {
        return { position: head.readUInt32LE(at + 8), length: head.readUInt32LE(at + 12) };
      }
      at += head.readUInt32LE(at + 4);
    }
    throw new Error(`${path} has no signature`);
  } finally {
    await file.close();
  }
}
