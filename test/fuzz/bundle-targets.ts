import { Buffer } from 'node:buffer';
import { rm, writeFile, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { patchesFor } from '../../src/bundle/write-program.ts';
import { readBunGraph } from '../../src/bundle/format/bun-graph.ts';
import { executableLength, executablePlatform } from '../../src/bundle/format/executable.ts';
import { overlapping } from '../../src/bundle/format/file-spans.ts';
import { openBundle } from '../../src/bundle/open.ts';
import { claudeText } from '../support/executables/bun-executable.ts';
import { demand, spoilBytes } from './bytes.ts';
import { spoiltExecutable, spoiltHead } from './executables.ts';
import type { Random } from './random.ts';

/** Reads a spoilt module graph: what it finds lies within the file and is told apart. */
export async function bunGraph(random: Random): Promise<string> {
  const bytes = spoiltExecutable(random);
  const graph = await readBunGraph(memoryFile(bytes), bytes.length);
  if (graph.kind === 'none') return 'none';
  const { modules, entry } = graph;
  demand(entry < modules.length, 'the entry module does not exist');
  demand(new Set(modules.map(({ name }) => name)).size === modules.length, 'names are not unique');
  const contents = modules.map((module) => module.contents);
  demand(!overlapping(contents), 'contents overlap');
  for (const { name, contents, bytecode, bytecodePair } of modules) {
    const spans = [contents, bytecode, { position: bytecodePair, length: 8 }];
    const inside = spans.every(
      ({ position, length }) => position >= 0 && length >= 0 && position + length <= bytes.length,
    );
    demand(inside, `${name} reaches out of the file`);
  }
  return 'found';
}

/** Reads a spoilt header: a platform or none, and a length that is a number. */
export async function executableHead(random: Random): Promise<string> {
  const head = spoiltHead(random);
  const platform = executablePlatform(head);
  const length = executableLength(head);
  demand(length >= 0, `the length is ${length}`);
  const known = /^(linux-(x64|arm64)(-musl)?|darwin-(x64|arm64)|win32-(x64|arm64))$/;
  demand(platform === null || known.test(platform), `the platform is ${platform}`);
  return platform ?? 'none';
}

/** Opens a spoilt program or package; edits of what it gives fit the file. */
export async function program(random: Random, folder: string): Promise<string> {
  const script = random.once(4);
  const path = join(folder, script ? 'cli.js' : 'claude');
  const manifest = join(folder, 'package.json');
  const bytes = script ? spoiltScript(random) : spoiltExecutable(random);
  await writeFile(path, bytes);
  if (random.once(4)) await writeFile(manifest, spoiltManifest(random));
  try {
    const bundle = await openBundle(random.once(4) ? folder : path);
    const edits = bundle.modules.flatMap((module) => {
      demand(module.position + module.bytes.length <= bytes.length, 'a module outside the file');
      const same = bytes.subarray(module.position, module.position + module.bytes.length);
      demand(module.bytes.equals(same), 'a module with other bytes than the file');
      const unit = module.encoding === 'utf16le' ? 2 : 1;
      const before = module.bytes.toString(module.encoding, 0, unit);
      // A byte that is no character of its own is never edited.
      if (module.bytes.length < unit || before === '\ufffd') return [];
      return [{ module: module.name, start: 0, end: unit, before, after: ' ' }];
    });
    const patches = patchesFor(bundle, edits);
    for (const { position, bytes: written } of patches) {
      demand(position + written.length <= bytes.length, 'a patch outside the file');
    }
    return bundle.kind;
  } finally {
    await rm(path);
    await rm(manifest, { force: true });
  }
}

function spoiltScript(random: Random): Buffer {
  let bytes = Buffer.from(`#!/usr/bin/env node\n${claudeText('2.9.9', 'start();')}`);
  for (let left = random.below(3); left > 0; left--) bytes = Buffer.from(spoilBytes(random, bytes));
  return bytes;
}

function spoiltManifest(random: Random): Buffer {
  const name = '@anthropic-ai/claude-code';
  const text = random.pick([
    JSON.stringify({ name, version: '2.9.9' }),
    JSON.stringify({ name, version: '2.9.9', optionalDependencies: { [`${name}-x`]: '2.9.9' } }),
    JSON.stringify({ name, version: 2, optionalDependencies: null }),
    JSON.stringify({ name, version: '2.9.9', optionalDependencies: { [`${name}-/../..`]: 1 } }),
    '[]',
    'null',
  ]);
  const bytes = Buffer.from(text);
  return random.once(3) ? spoilBytes(random, bytes) : bytes;
}

/**
 * A file of these bytes. Reads have to stay inside their buffer, and no buffer is to be larger than
 * the file: what a forged length asks for is never allocated.
 */
export function memoryFile(bytes: Buffer): FileHandle {
  const read = async (buffer: Buffer, offset: number, length: number, position: number) => {
    demand(offset >= 0 && offset + length <= buffer.length, 'a read outside its buffer');
    demand(position >= 0, 'a read before the file');
    demand(buffer.length <= bytes.length, `a buffer of ${buffer.length} bytes`);
    const found = bytes.subarray(position, position + length);
    found.copy(buffer, offset);
    return { bytesRead: found.length, buffer };
  };
  // eslint-disable-next-line typescript/no-unsafe-type-assertion -- nothing else of it is used
  return { read } as unknown as FileHandle;
}
