import { parseArgs } from 'node:util';
import { CcMirrorError } from '../../src/errors.ts';
import { type Platform, platforms } from './line.ts';

const usage = `Usage: npm run corpus -- <range…> [options]
       npm run corpus -- page

Shows on which published Claude Code builds cc-mirror holds, and writes docs/compatibility.jsonl and .md.

  X.Y.Z                one version
  X.Y.Z..X.Y.Z         every release from one to the other
  latest               the newest; also as an end of a range
  boundaries           both sides of every change between the builds that have a line
  page                 writes only the page

  --every N            of a range, every N-th release, its first and its last
  --platform P,…|all   linux-x64 by default; JavaScript builds (up to 2.1.112) count for every platform
  --launch             measures also what a launch costs
  --again              examines also builds that have a line
  --results FILE       another file than docs/compatibility.jsonl, ending in .jsonl`;

export interface Options {
  /** Versions and ranges as typed; empty for the page alone. */
  ranges: string[];
  boundaries: boolean;
  every: number;
  platforms: readonly Platform[];
  launch: boolean;
  again: boolean;
  results: string;
}

/** What was typed. Error: `usage`. */
export function parseOptions(argv: readonly string[]): Options {
  const { values, positionals } = parsed(argv);
  const every = Number(values.every ?? 1);
  const results =
    values.results ?? new URL('../../docs/compatibility.jsonl', import.meta.url).pathname;
  if (!Number.isInteger(every) || every < 1) throw wrong('--every takes a number from 1.');
  if (!results.endsWith('.jsonl')) throw wrong('--results takes a file that ends in .jsonl.');
  if (positionals.length === 0) throw wrong('No version is named.');
  return {
    ranges: positionals.filter((word) => word !== 'boundaries' && word !== 'page'),
    boundaries: positionals.includes('boundaries'),
    every,
    platforms: platformsIn(values.platform ?? 'linux-x64'),
    launch: values.launch ?? false,
    again: values.again ?? false,
    results,
  };
}

function parsed(argv: readonly string[]) {
  try {
    return parseArgs({
      args: [...argv],
      allowPositionals: true,
      options: {
        every: { type: 'string' },
        platform: { type: 'string' },
        launch: { type: 'boolean' },
        again: { type: 'boolean' },
        results: { type: 'string' },
      },
    });
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    throw wrong(error.message);
  }
}

function platformsIn(text: string): readonly Platform[] {
  if (text === 'all') return platforms;
  return text.split(',').map((name) => {
    const found = platforms.find((platform) => platform === name);
    if (!found) throw wrong(`${name} is no platform; there are ${platforms.join(', ')}.`);
    return found;
  });
}

function wrong(message: string): CcMirrorError {
  return new CcMirrorError('usage', message, usage);
}
