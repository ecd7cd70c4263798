import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findPublished } from '../../src/bundle/npm/published.ts';
import { describeFailure } from '../../src/errors.ts';
import { silentProgress } from '../../src/ui/progress.ts';
import { linesFor, versionsBetween } from './eras.ts';
import { endsRun, examine, failedLine } from './examine.ts';
import { fetchBundle } from './fetch.ts';
import { type Line, type Platform, platformSchema } from './line.ts';
import type { Options } from './options.ts';
import { listPublished } from './published.ts';
import { Results } from './results.ts';
import { compareVersions, versionsOf } from './versions.ts';

/** Examines the builds asked for, one after the other; returns whether none of them has a problem. */
export async function runCorpus(options: Options, signal: AbortSignal): Promise<boolean> {
  const results = await Results.open(options.results);
  if (options.ranges.length === 0 && !options.boundaries) {
    await results.writePage();
    return true;
  }
  const published = await listPublished(signal);
  const corpus = new Corpus(results, options, signal);
  const named = options.ranges.flatMap((range) => versionsOf(range, published, options.every));
  for (const version of [...new Set(named)].sort(compareVersions)) {
    for (const platform of options.platforms) await corpus.examine(version, platform);
  }
  if (options.boundaries) {
    for (const platform of options.platforms) await corpus.narrow(platform, published.versions);
  }
  return corpus.good;
}

class Corpus {
  /** Whether no build that was asked for has a problem. */
  good = true;
  readonly #results: Results;
  readonly #options: Options;
  readonly #signal: AbortSignal;
  /** Versions and platforms done by this run. */
  readonly #done = new Set<string>();

  constructor(results: Results, options: Options, signal: AbortSignal) {
    this.#results = results;
    this.#options = options;
    this.#signal = signal;
  }

  /** Examines builds between lines that differ until every boundary is exact. */
  async narrow(platform: Platform, published: readonly string[]): Promise<void> {
    const left = (): string[] =>
      versionsBetween(
        linesFor(platform, this.#results.lines),
        published.filter(
          (version) =>
            !this.#done.has(`${version} ${platform}`) || this.#results.find(version, platform),
        ),
      );
    for (let versions = left(); versions.length > 0; versions = left()) {
      for (const version of versions) await this.examine(version, platform);
    }
  }

  /** Examines one build and writes its line, unless that is done already. */
  async examine(version: string, platform: Platform): Promise<void> {
    const known = this.#results.find(version, platform);
    if (known && !this.#isDue(known)) {
      this.#note(known);
      return;
    }
    const started = performance.now();
    const line = await this.#lineOf(version, platform);
    this.#done.add(`${version} ${platform}`);
    if (!line) return;
    this.#done.add(`${version} ${line.platform}`);
    await this.#results.add(line);
    this.#note(line);
    console.log(summary(line, performance.now() - started));
  }

  #isDue({ version, platform, launch }: Line): boolean {
    if (this.#done.has(`${version} ${platform}`)) return false;
    const { again, launch: measures } = this.#options;
    return again || (measures && !launch && ['any', 'linux-x64'].includes(platform));
  }

  /** Null for a build that is not published. What is fetched and made is removed again. */
  async #lineOf(version: string, platform: Platform): Promise<Line | null> {
    const scratch = await mkdtemp(join(tmpdir(), 'cc-mirror-corpus-'));
    const signal = this.#signal;
    // npm keeps what it downloads; here that ends with the build.
    process.env['npm_config_cache'] = join(scratch, 'npm');
    try {
      const bundle = await fetchBundle(version, platform, join(scratch, 'store'), signal);
      return await examine(bundle, { scratch, launch: this.#options.launch, signal });
    } catch (error) {
      const failure = describeFailure(signal.aborted ? signal.reason : error);
      if (endsRun(failure.code)) throw error;
      if (failure.code === 'no-such-version' || failure.code === 'unsupported-platform') {
        console.log(`${version} ${platform}: ${failure.message}`);
        return null;
      }
      const found = await findPublished(version, platform, { signal, progress: silentProgress });
      return failedLine(version, platformSchema.parse(found.platform), failure);
    } finally {
      delete process.env['npm_config_cache'];
      await rm(scratch, { recursive: true, force: true, maxRetries: 10, retryDelay: 50 });
    }
  }

  #note({ problems }: Line): void {
    if (problems.length > 0) this.good = false;
  }
}

function summary(line: Line, ms: number): string {
  const { version, platform, layout, tasks, teams, launch, problems } = line;
  const [forTasks, forTeams] = [tasks, teams].map(
    ({ verdict, by }) => `${verdict}${by === null ? '' : ` by ${by}`}`,
  );
  const cost = launch ? `, launch × ${launch.ratio}` : '';
  const head = `${version} ${platform}: ${layout ?? 'not read'}, tasks ${forTasks}, teams ${forTeams}${cost} (${(ms / 1000).toFixed(1)} s)`;
  return [head, ...problems.map((problem) => `  problem: ${problem}`)].join('\n');
}
