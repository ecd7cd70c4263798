import { CcMirrorError } from '../../errors.ts';
import * as z from '../../zod.ts';
import { runNpm } from './run-npm.ts';

/** The minimum age of versions that the user's npm settings allow. */
export interface AgeRule {
  /** As npm shows it: `min-release-age = 7`. */
  setting: string;
  /** The file it is in, or `the environment`. */
  source: string;
  /** Versions published later are not installed. */
  before: Date;
  /** Names of packages that are exempt; `*` matches any part of a name. */
  exempt: readonly string[];
}

const dayMs = 24 * 60 * 60 * 1000;

/** The rule in force; null if there is none, or if npm cannot list its settings. */
export async function ageRule(signal: AbortSignal): Promise<AgeRule | null> {
  const settings = await runNpm(['config', 'ls'], signal);
  return settings.ok ? ageRuleIn(settings.stdout, new Date()) : null;
}

/**
 * The rule in the output of `npm config ls` (npm 8 to 11): settings by source, the weakest first,
 * each as `name = JSON`. The last source with a rule decides, and within a source `before` wins; an
 * age of 0 cancels a rule.
 * Source: https://docs.npmjs.com/cli/v11/using-npm/config#min-release-age
 */
export function ageRuleIn(listing: string, now: Date): AgeRule | null {
  let source = '';
  let date: AgeRule | null = null;
  let age: AgeRule | null = null;
  let rule: AgeRule | null = null;
  let exempt: string[] = [];
  for (const line of listing.split('\n')) {
    const from = /^; "(\w+)" config from (.+)$/.exec(line);
    if (from) {
      source = from[1] === 'env' ? 'the environment' : (from[2] ?? '');
      date = age = null;
    }
    const [, name, text = ''] = setting.exec(line) ?? [];
    const value = name === undefined ? undefined : valueOf(text);
    const found = { setting: `${name} = ${text}`, source, exempt: [] };
    if (name === 'before' && typeof value === 'string') {
      date = { ...found, before: new Date(value) };
    } else if (name === 'min-release-age' && value !== null) {
      age = { ...found, before: new Date(now.getTime() - Number(value) * dayMs) };
    } else if (name === 'min-release-age-exclude') {
      exempt = [value].flat().flatMap((one) => String(one).split(','));
    }
    rule = date ?? age ?? rule;
  }
  if (rule === null || !(rule.before < now)) return null;
  return { ...rule, exempt: exempt.map((one) => one.trim()) };
}

/** A setting that a stronger source overrides is in a comment. */
const setting =
  /^(?:; )?(before|min-release-age|min-release-age-exclude) = (.+?)(?: ; overridden by \w+)?\s*$/;

function valueOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** When each version of a package was published, the newest first. */
export type PublishTimes = ReadonlyMap<string, Date>;

const timesSchema = z.object({
  versions: z.union([z.array(z.string()), z.string()]),
  time: z.optional(z.record(z.string(), z.string())),
});

/** Null if the registry does not tell. */
export async function publishedTimes(
  packageName: string,
  signal: AbortSignal,
): Promise<PublishTimes | null> {
  const view = await runNpm(['view', packageName, 'versions', 'time', '--json'], signal);
  const { versions, time } = (view.ok && z.parseJson(view.stdout, timesSchema)) || {};
  if (!time) return null;
  const times = [versions ?? []].flat().flatMap((version): [string, Date][] => {
    const at = time[version];
    return at === undefined ? [] : [[version, new Date(at)]];
  });
  const newestFirst = times.sort(([a], [b]) => b.localeCompare(a, 'en', { numeric: true }));
  return new Map(newestFirst);
}

/** As in npm: a version without a time is allowed. */
export function isAllowed(
  rule: AgeRule,
  packageName: string,
  version: string,
  published: PublishTimes | null,
): boolean {
  const time = published?.get(version);
  return time === undefined || time <= rule.before || isExempt(packageName, rule.exempt);
}

function isExempt(packageName: string, patterns: readonly string[]): boolean {
  return patterns.some((pattern) => {
    const parts = pattern.split('*').map((part) => part.replaceAll(/[^\w-]/g, String.raw`\$&`));
    return pattern !== '' && new RegExp(`^${parts.join('.*')}$`).test(packageName);
  });
}

/**
 * The error for a version that the rule does not allow; with `none`, it allows no version at all.
 * `published` is null if unknown.
 */
export function heldBack(
  version: string,
  { setting, source, before }: AgeRule,
  published: Date | null,
  none: boolean,
): CcMirrorError {
  const when = published ? `was published on ${dateOf(published)}` : 'is newer than that';
  return new CcMirrorError(
    'no-such-version',
    `Your npm settings do not allow Claude Code ${version}: ${setting} in ${source} allows versions published by ${dateOf(before)}, and it ${when}.`,
    none
      ? 'No version is that old: change the setting, or name a bundle with --from PATH.'
      : 'Use the newest that is allowed (--claude-version latest), or change the setting.',
  );
}

/** The same error in npm's own words. */
export function heldBackByNpm(detail: string): CcMirrorError {
  return new CcMirrorError(
    'no-such-version',
    `Your npm settings do not allow this version: ${detail}`,
    'Check min-release-age and before in `npm config list`, or use an older version: --claude-version X.Y.Z.',
  );
}

/** The note that an older version is used, which the rule allows. */
export function heldBackNote(wanted: string, used: string, { setting, source }: AgeRule): string {
  return `using Claude Code ${used}, the newest that ${setting} in ${source} allows; the latest is ${wanted}`;
}

function dateOf(date: Date): string {
  return date.toISOString().slice(0, 10);
}
