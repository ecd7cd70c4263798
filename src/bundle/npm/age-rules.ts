import { CcMirrorError } from '../../errors.ts';
import * as z from '../../zod.ts';
import { parseJson, runNpm } from './run-npm.ts';

/** What the user's npm settings say about how old a version must be for npm to install it. */
export interface AgeRule {
  /** As npm shows it: `min-release-age = 7`. */
  setting: string;
  /** The file that has it, or `the environment`. */
  source: string;
  /** What was published later is not installed. */
  before: Date;
  /** Names of packages that the rule is not for; `*` stands for any part of one. */
  exempt: readonly string[];
}

const dayMs = 24 * 60 * 60 * 1000;

/** The rule that is in force; null where there is none, or where npm cannot tell its settings. */
export async function ageRule(signal: AbortSignal): Promise<AgeRule | null> {
  const settings = await runNpm(['config', 'ls'], signal);
  return settings.ok ? ageRuleIn(settings.stdout, new Date()) : null;
}

/**
 * The rule in what `npm config ls` of npm 8 to 11 prints: settings by source, the weakest first,
 * each as `name = JSON`. The last source that has a rule decides, and within one `before` wins; an
 * age of 0 takes a rule back.
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
    const told = { setting: `${name} = ${text}`, source, exempt: [] };
    if (name === 'before' && typeof value === 'string') {
      date = { ...told, before: new Date(value) };
    } else if (name === 'min-release-age' && value !== null) {
      age = { ...told, before: new Date(now.getTime() - Number(value) * dayMs) };
    } else if (name === 'min-release-age-exclude') {
      exempt = [value].flat().flatMap((one) => String(one).split(','));
    }
    rule = date ?? age ?? rule;
  }
  if (rule === null || !(rule.before < now)) return null;
  return { ...rule, exempt: exempt.map((one) => one.trim()) };
}

/** One that a stronger source overrides stands in a comment. */
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
export type Published = ReadonlyMap<string, Date>;

const timesSchema = z.object({
  versions: z.union([z.array(z.string()), z.string()]),
  time: z.optional(z.record(z.string(), z.string())),
});

/** Null where the registry does not tell. */
export async function publishedTimes(
  packageName: string,
  signal: AbortSignal,
): Promise<Published | null> {
  const view = await runNpm(['view', packageName, 'versions', 'time', '--json'], signal);
  const { versions, time } = (view.ok && parseJson(view.stdout, timesSchema)) || {};
  if (!time) return null;
  const times = [versions ?? []].flat().flatMap((version): [string, Date][] => {
    const at = time[version];
    return at === undefined ? [] : [[version, new Date(at)]];
  });
  const newestFirst = times.sort(([a], [b]) => b.localeCompare(a, 'en', { numeric: true }));
  return new Map(newestFirst);
}

/** As npm has it: what has no time is not held back. */
export function isAllowed(
  rule: AgeRule,
  packageName: string,
  version: string,
  published: Published | null,
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
 * That a version which was asked for may not be taken, or, with `none`, no version at all.
 * `published` is null where that is not known.
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
    `npm may not take Claude Code ${version}: ${setting} in ${source} allows what was published by ${dateOf(before)}, and it ${when}.`,
    none
      ? 'No version is that old: change the setting; or give a bundle with --from PATH.'
      : 'Take the newest that is allowed: --claude-version latest; or change the setting.',
  );
}

/** The same by npm's own words. */
export function heldBackByNpm(detail: string): CcMirrorError {
  return new CcMirrorError(
    'no-such-version',
    `npm may not take it: ${detail}`,
    'Look at min-release-age and before in `npm config list`; or take an older version: --claude-version X.Y.Z.',
  );
}

/** What is said where a version that is allowed is taken in place of the one that is published. */
export function heldBackNote(wanted: string, taken: string, { setting, source }: AgeRule): string {
  return `Claude Code ${taken} is the newest that ${setting} in ${source} allows; ${wanted} is published`;
}

function dateOf(date: Date): string {
  return date.toISOString().slice(0, 10);
}
