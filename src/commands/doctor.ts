import { type Report, examine } from '../doctor/examine.ts';
import type { Finding } from '../doctor/finding.ts';
import { repair } from '../doctor/repair.ts';
import { CcMirrorError } from '../errors.ts';
import { checkName } from '../variant/name.ts';
import {
  type ForeignFolder,
  brokenVariants,
  listVariants,
  readVariant,
  requireVariant,
} from '../variant/read-variant.ts';
import type { VariantRecord } from '../variant/record.ts';
import type { CommandContext, CommandResult, Declare } from './cli/command.ts';
import { noVariants } from './output/report.ts';
import { currentFolder } from './input/current-folder.ts';

interface Options {
  fix?: boolean;
  live?: boolean;
  probe: boolean;
}

export const declare: Declare = (command, run) => {
  command
    .argument('[names...]', 'Variants to check (default: all, and what they share)')
    .option('--fix', 'Repair what can be repaired; keep your own changes')
    .option(
      '--live',
      "Also send a few small requests to the variants' providers; these may be billed",
    )
    .option('--no-probe', 'Do not run the variants')
    .action((names: string[], options: Options) =>
      run((context) => doctor(names, options, context)),
    );
};

async function doctor(
  names: readonly string[],
  options: Options,
  context: CommandContext,
): Promise<CommandResult> {
  for (const name of names) checkName(name);
  const look = async (live: boolean): Promise<Report> =>
    examine(recordsOf(names, context), context, {
      run: options.probe,
      live,
      home: names.length === 0,
      folder: currentFolder(context),
    });
  const { live = false } = options;
  // With --fix, providers are asked once: after the repair, which may need no network.
  const found = await look(live && !options.fix);
  if (!options.fix) return resultOf(found, null);
  const failures = await repair(found, context);
  const after = await look(live);
  const fixed = fixedBy(found, after);
  for (const { name, findings } of after.variants) findings.push(...(failures.get(name) ?? []));
  after.home.push(...(failures.get(null) ?? []));
  return resultOf(after, fixed);
}

function recordsOf(
  names: readonly string[],
  { layout }: CommandContext,
): (VariantRecord | ForeignFolder)[] {
  if (names.length === 0) {
    return [...listVariants(layout), ...brokenVariants(layout)];
  }
  return [...new Set(names)].map((name) => {
    const state = readVariant(layout, name);
    return state.kind === 'foreign' ? state : requireVariant(layout, name);
  });
}

/** A problem that a repair fixed. */
interface Fixed extends Pick<Finding, 'check' | 'message'> {
  /** The variant; null for the home. */
  name: string | null;
}

function fixedBy(before: Report, after: Report): Fixed[] {
  const still = new Set(wrongIn(after).map(keyOf));
  return wrongIn(before).filter((one) => !still.has(keyOf(one)));
}

/** Findings that --fix can repair. */
function wrongIn({ variants, home }: Report): Fixed[] {
  return [...variants, { name: null, findings: home }].flatMap(({ name, findings }) =>
    findings
      .filter(({ fix }) => fix !== null)
      .map(({ check, message }) => ({ name, check, message })),
  );
}

function keyOf({ name, check, message }: Fixed): string {
  return JSON.stringify([name, check, message]);
}

function resultOf(report: Report, fixed: Fixed[] | null): CommandResult {
  const { variants, home } = report;
  const blocks = [
    ...(variants.length === 0 && home.length > 0 ? [noVariants] : []),
    ...variants.map(({ name, findings }) => blockText(name, findings)),
    ...(home.length > 0 ? [blockText('all variants', home)] : []),
    ...(fixed === null ? [] : [fixedText(fixed)]),
  ];
  const error = failureOf(report);
  return {
    data: {
      variants: variants.map(({ name, findings }) => ({
        name,
        findings: findings.map(findingData),
      })),
      home: home.map(findingData),
      fixed: fixed ?? [],
    },
    text: blocks.join('\n\n'),
    ...(error && { error }),
  };
}

function findingData({ check, level, message, next }: Finding): object {
  return { check, level, message, next };
}

const levelWidth = 'warning'.length;
const checkWidth = 'configuration'.length;
const indent = ' '.repeat(2 + levelWidth + 2 + checkWidth + 2);

/** A variant as text: each finding with its next step, then the commands that repair. */
function blockText(title: string, findings: readonly Finding[]): string {
  const repairs = new Set(findings.flatMap(({ fix, next }) => (fix === null ? [] : next)));
  const lines = findings.flatMap(({ check, level, message, next }) => [
    `  ${level.padEnd(levelWidth)}  ${check.padEnd(checkWidth)}  ${message.replaceAll('\n', `\n${indent}`)}`,
    ...(next === null || repairs.has(next) ? [] : [`${indent}→ ${next}`]),
  ]);
  return [title, ...lines, ...[...repairs].map((next) => `  → ${next}`)].join('\n');
}

function fixedText(fixed: readonly Fixed[]): string {
  if (fixed.length === 0) return 'Nothing was repaired.';
  return [
    'Repaired',
    ...fixed.map(({ name, message }) => `  ${name === null ? '' : `${name}: `}${message}`),
  ].join('\n');
}

/** One failure for all errors; null without errors. */
function failureOf({ variants, home }: Report): CcMirrorError | null {
  const blocks = [...variants, { name: 'the home', findings: home }];
  const errors = blocks.flatMap(({ name, findings }) =>
    findings.filter(({ level }) => level === 'error').map((finding) => ({ name, ...finding })),
  );
  const [first] = errors;
  if (first === undefined) return null;
  const others = errors.length > 1 ? ` (and ${errors.length - 1} more)` : '';
  const code = errors.every(({ check }) => check === 'probe' || check === 'live')
    ? 'probe-failed'
    : 'invalid-record';
  return new CcMirrorError(
    code,
    `${first.name}: ${first.message}${others}`,
    first.next ?? undefined,
  );
}
