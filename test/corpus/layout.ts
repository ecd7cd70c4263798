import { open } from 'node:fs/promises';
import { type BunModule, readBunGraph } from '../../src/bundle/format/bun-graph.ts';
import { overlapping } from '../../src/bundle/format/file-spans.ts';
import type { Bundle } from '../../src/bundle/types.ts';
import type { Layout } from './line.ts';

/** How the code of a bundle is laid out; see docs/bundles.md. */
export async function layoutOf({ kind, file: path }: Bundle): Promise<Layout> {
  if (kind === 'js') return 'script';
  const file = await open(path, 'r');
  try {
    const graph = await readBunGraph(file, (await file.stat()).size);
    if (graph.kind === 'none') throw new Error(graph.why);
    return nativeLayout(graph.modules);
  } finally {
    await file.close();
  }
}

/** `single` if one module holds most of the contents; `chunked-shared` if bytecode overlaps. */
export function nativeLayout(
  modules: readonly Pick<BunModule, 'contents' | 'bytecode' | 'loader'>[],
): Layout {
  const scripts = modules.filter(({ loader }) => loader === JAVASCRIPT);
  const lengths = scripts.map(({ contents }) => contents.length);
  const total = lengths.reduce((sum, length) => sum + length, 0);
  if (Math.max(...lengths) * 2 > total) return 'single';
  return overlapping(scripts.map(({ bytecode }) => bytecode)) ? 'chunked-shared' : 'chunked';
}

/** Bun's loader number for JavaScript. */
const JAVASCRIPT = 1;
